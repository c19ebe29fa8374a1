using System.Text.Json;
using Clinic.Chart;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>Immunization.</summary>
internal static class ImmunizationFhir
{
    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var given = entry.Body.Finding.Immunization!;
        json.Retraction(entry);
        json.Status(entry, Codes.Of(given.Status));
        if (given.StatusReason is { } reason)
        {
            json.Worded("statusReason", reason);
        }

        json.Concept("vaccineCode", given.VaccineCode);
        json.SubjectAndVisit(entry, links, "patient");
        json.WriteString("occurrenceDateTime", FhirJson.Instant(entry.Body.At));
        json.Optional("lotNumber", given.LotNumber);
        json.Optional("expirationDate", given.ExpirationDate is { } day ? FhirJson.Day(day) : null);
        json.Concept("site", given.Site);
        json.Concept("route", given.Route);
        json.Note(given.Note);
        if (given.DoseNumber is { } dose)
        {
            json.Once("protocolApplied", () => json.WriteNumber("doseNumberPositiveInt", dose));
        }
    }
}
