using System.Text.Json;
using Clinic.Platform.Text;

namespace Clinic.Records;

/// <summary>
/// The health account of a patient among the identifiers of a FHIR resource. The codes mislead: HIN is the ABHA number, ABHA the
/// ABHA address. Files mix them up, and the two have forms that cannot be taken for each other: the code says that an identifier
/// is of the account, the form which of the two it is.
/// </summary>
internal static class AbhaFhir
{
    public const string TypeSystem = "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-identifier-type-code";
    public const string NumberCode = "HIN";
    public const string AddressCode = "ABHA";

    private const string AccountSystem = "https://healthid.abdm.gov.in";
    private const string Hl7System = "http://terminology.hl7.org/CodeSystem/v2-0203";

    private const string RecordSystem = "urn:clinic:patient";

    private static readonly string[] AccountHosts = ["healthid.abdm.gov.in", "healthid.ndhm.gov.in"];

    /// <summary>Number or address, in stored form; both null when it is neither.</summary>
    public static (string? Number, string? Address) Read(JsonElement identifier) =>
        IsOfAccount(identifier) && identifier.Text("value") is { } value
            ? (AbhaText.Number(value), AbhaText.Address(value))
            : (null, null);

    /// <summary>
    /// The type carries two codings, because examples of the national guide carry the general one for a record number instead.
    /// </summary>
    public static void Write(Utf8JsonWriter json, string code, string display, string? value)
    {
        if (value is null)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("type");
        json.WriteStartArray("coding");
        Coding(json, TypeSystem, code, display);
        Coding(json, Hl7System, "MR", "Medical record number");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("system", AccountSystem);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    /// <summary>The clinic's own number of her.</summary>
    public static void WriteRecordNumber(Utf8JsonWriter json, string? number)
    {
        if (number is null)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("type");
        json.WriteStartArray("coding");
        Coding(json, Hl7System, "MR", "Medical record number");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("system", RecordSystem);
        json.WriteString("value", number);
        json.WriteEndObject();
    }

    private static bool IsOfAccount(JsonElement identifier)
    {
        var isTyped = identifier.ValueKind == JsonValueKind.Object && identifier.TryGetProperty("type", out var type)
            && type.Each("coding").Any(c => IsTypeSystem(c.Text("system")) && c.Text("code") is NumberCode or AddressCode);
        return isTyped || (Uri.TryCreate(identifier.Text("system"), UriKind.Absolute, out var system)
            && AccountHosts.Contains(system.Host, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Of any release of the guide, with or without a version behind it.</summary>
    internal static bool IsTypeSystem(string? system) =>
        Uri.TryCreate(system?.Split('|')[0], UriKind.Absolute, out var uri)
        && (uri.Host == "nrces.in" || uri.Host.EndsWith(".nrces.in", StringComparison.Ordinal))
        && uri.AbsolutePath.EndsWith("/ndhm-identifier-type-code", StringComparison.Ordinal);

    private static void Coding(Utf8JsonWriter json, string system, string code, string display)
    {
        json.WriteStartObject();
        json.WriteString("system", system);
        json.WriteString("code", code);
        json.WriteString("display", display);
        json.WriteEndObject();
    }
}
