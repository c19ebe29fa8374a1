using System.Globalization;
using System.Text.Json;
using Clinic.Patients;
using Clinic.Platform.Access;

namespace Clinic.Records;

/// <summary>Our own record of a patient as a FHIR R4 Patient resource. Identifiers stand whole in it: they are hers.</summary>
internal static class PatientFhir
{
    public static string UrlOf(PatientId patient) => $"urn:uuid:{patient}";

    /// <param name="same">Full URLs of the resources that she was imported from.</param>
    /// <param name="recordNumber">By which this clinic knows her, where a reader must have some number.</param>
    public static byte[] Write(Patient patient, IReadOnlyList<string> same, string? recordNumber = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", FhirTypes.Patient);
            json.WriteString("id", patient.Id.ToString());
            json.WriteStartObject("meta");
            json.WriteString("versionId", patient.Version.ToString(CultureInfo.InvariantCulture));
            json.WriteString(
                "lastUpdated",
                patient.VersionAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
            Who(json, patient.Record, recordNumber);
            Reach(json, patient.Record);
            Guardian(json, patient.Record.Guardian);
            Links(json, same);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Who(Utf8JsonWriter json, PatientRecord record, string? recordNumber)
    {
        var known = recordNumber ?? record.AbhaNumber ?? record.AbhaAddress ?? record.Aadhaar?.Masked;
        if (record.Identifiers.Count > 0 || known is not null)
        {
            json.WriteStartArray("identifier");
            AbhaFhir.Write(json, AbhaFhir.NumberCode, "ABHA number", record.AbhaNumber);
            AbhaFhir.Write(json, AbhaFhir.AddressCode, "ABHA address", record.AbhaAddress);
            AadhaarFhir.Write(json, record.Aadhaar?.Masked);
            AbhaFhir.WriteRecordNumber(json, recordNumber);
            foreach (var identifier in record.Identifiers)
            {
                json.WriteStartObject();
                json.WriteStartObject("type");
                json.WriteString("text", identifier.Type);
                json.WriteEndObject();
                if (identifier.System is { } system && Uri.IsWellFormedUriString(system, UriKind.Absolute))
                {
                    json.WriteString("system", system);
                }

                json.WriteString("value", identifier.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("name");
        json.WriteStartObject();
        json.WriteString("use", "official");
        json.WriteString("text", record.Name.Display);
        if (record.Name.Family is { } family)
        {
            json.WriteString("family", family);
        }

        json.WriteStartArray("given");
        json.WriteStringValue(record.Name.Given);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("gender", record.Gender.ToString().ToLowerInvariant());
        var told = record.Birth;
        json.WriteString("birthDate", told.Date is { } date
            ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : (told.AgeOn!.Value.Year - told.AgeYears!.Value).ToString("D4", CultureInfo.InvariantCulture));
        if (record.Deceased is { On: { } died })
        {
            json.WriteString("deceasedDateTime", died.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
        else if (record.Deceased is not null)
        {
            json.WriteBoolean("deceasedBoolean", true);
        }
    }

    private static void Reach(Utf8JsonWriter json, PatientRecord record)
    {
        if ((record.Phone ?? record.Email) is not null)
        {
            json.WriteStartArray("telecom");
            Telecom(json, "phone", record.Phone);
            Telecom(json, "email", record.Email);
            json.WriteEndArray();
        }

        if (record.Address is not { } address)
        {
            return;
        }

        json.WriteStartArray("address");
        json.WriteStartObject();
        if (address.Line.Length > 0)
        {
            json.WriteStartArray("line");
            json.WriteStringValue(address.Line);
            json.WriteEndArray();
        }

        foreach (var (name, value) in new[]
            { ("city", address.City), ("state", address.State), ("postalCode", address.PostalCode),
                ("country", address.Country) })
        {
            if (value.Length > 0)
            {
                json.WriteString(name, value);
            }
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Telecom(Utf8JsonWriter json, string system, string? value)
    {
        if (value is not null)
        {
            json.WriteStartObject();
            json.WriteString("system", system);
            json.WriteString("value", value);
            json.WriteEndObject();
        }
    }

    private static void Guardian(Utf8JsonWriter json, Guardian? guardian)
    {
        if (guardian is null)
        {
            return;
        }

        json.WriteStartArray("contact");
        json.WriteStartObject();
        json.WriteStartArray("relationship");
        json.WriteStartObject();
        json.WriteString("text", guardian.Relationship);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("name");
        json.WriteString("text", guardian.Name);
        json.WriteEndObject();
        json.WriteStartArray("telecom");
        Telecom(json, "phone", guardian.Phone);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Links(Utf8JsonWriter json, IReadOnlyList<string> same)
    {
        if (same.Count == 0)
        {
            return;
        }

        json.WriteStartArray("link");
        foreach (var url in same)
        {
            json.WriteStartObject();
            json.WriteStartObject("other");
            json.WriteString("reference", url);
            json.WriteEndObject();
            json.WriteString("type", "seealso");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
