using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Clinic.Chart.Findings;
using Clinic.Platform.Access;

namespace Clinic.Records.Fhir;

/// <summary>What all writers of FHIR R4 resources share: heads, instants, codes, references.</summary>
internal static class FhirJson
{
    public const string CategorySystem = "http://terminology.hl7.org/CodeSystem/observation-category";
    public const string InterpretationSystem = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
    public const string Ucum = "http://unitsofmeasure.org";

    /// <summary>Members, locations and hashes of ours have no resource that goes out: they are named as identifiers.</summary>
    public const string MemberSystem = "urn:clinic:member";
    public const string LocationSystem = "urn:clinic:location";
    public const string HashSystem = "urn:clinic:sha256";

    public const string EnteredInError = "entered-in-error";
    public const string FirstYear = "0 years";

    /// <summary>Letters of every script as they are: escaped, a Hindi text would be twice as long.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static string Url(Guid id) => $"urn:uuid:{id:D}";

    /// <summary>In UTC, to the millisecond.</summary>
    public static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <param name="at">When this version was written.</param>
    public static void Head(this Utf8JsonWriter json, string type, Guid id, long version, DateTimeOffset at)
    {
        json.WriteString("resourceType", type);
        json.WriteString("id", id.ToString("D"));
        json.WriteStartObject("meta");
        json.WriteString("versionId", version.ToString(CultureInfo.InvariantCulture));
        json.WriteString("lastUpdated", Instant(at));
        json.WriteEndObject();
    }

    public static void Reference(this Utf8JsonWriter json, string name, string? url)
    {
        if (url is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("reference", url);
        json.WriteEndObject();
    }

    /// <summary>Somebody or something that has no resource in what goes out.</summary>
    public static void Named(this Utf8JsonWriter json, string type, string system, string value, string? display = null)
    {
        json.WriteString("type", type);
        json.WriteStartObject("identifier");
        json.WriteString("system", system);
        json.WriteString("value", value);
        json.WriteEndObject();
        json.Optional("display", display);
    }

    public static void Member(this Utf8JsonWriter json, MemberId member, string? display = null) =>
        json.Named("Practitioner", MemberSystem, member.ToString(), display);

    public static void Optional(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>A CodeableConcept of one code.</summary>
    public static void Coded(this Utf8JsonWriter json, string name, string system, string code, string? text = null)
    {
        json.WriteStartObject(name);
        json.Code(system, code, text);
        json.WriteEndObject();
    }

    /// <summary>An array of one CodeableConcept of one code.</summary>
    public static void CodedOnce(this Utf8JsonWriter json, string name, string system, string code, string? text = null) =>
        json.Once(name, () => json.Code(system, code, text));

    public static void Worded(this Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    public static void Concept(this Utf8JsonWriter json, string name, Concept? concept)
    {
        if (concept is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.Inner(concept);
        json.WriteEndObject();
    }

    public static void ConceptOnce(this Utf8JsonWriter json, string name, Concept? concept)
    {
        if (concept is not null)
        {
            json.Once(name, () => json.Inner(concept));
        }
    }

    /// <summary>An array of one object.</summary>
    public static void Once(this Utf8JsonWriter json, string name, Action write)
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        write();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static void Quantity(
        this Utf8JsonWriter json, string name, decimal value, string unit, string? comparator = null)
    {
        json.WriteStartObject(name);
        json.WriteNumber("value", value);
        json.Optional("comparator", comparator);
        json.WriteString("unit", unit);
        json.WriteString("system", Ucum);
        json.WriteString("code", unit);
        json.WriteEndObject();
    }

    /// <summary>An age in years. An Age is more than zero: the first year of life is said in words.</summary>
    public static void Age(this Utf8JsonWriter json, string name, int years)
    {
        if (years > 0)
        {
            json.Quantity(name + "Age", years, "a");
        }
        else
        {
            json.WriteString(name + "String", FirstYear);
        }
    }

    public static void Note(this Utf8JsonWriter json, string? note)
    {
        if (note is not null)
        {
            json.Once("note", () => json.WriteString("text", note));
        }
    }

    private static void Code(this Utf8JsonWriter json, string system, string code, string? text)
    {
        json.Once("coding", () =>
        {
            json.WriteString("system", system);
            json.WriteString("code", code);
        });
        json.Optional("text", text);
    }

    private static void Inner(this Utf8JsonWriter json, Concept concept)
    {
        if (concept.Coding is { Count: > 0 } codings)
        {
            json.WriteStartArray("coding");
            foreach (var coding in codings)
            {
                json.WriteStartObject();
                json.WriteString("system", coding.System);
                json.WriteString("code", coding.Code);
                json.Optional("display", coding.Display);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.Optional("text", concept.Text);
    }
}
