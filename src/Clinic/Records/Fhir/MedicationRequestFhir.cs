using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>
/// What was written down at a visit of what she takes, in the form of an order: the national guide's prescription record takes
/// no other. That it is told, and no signed prescription, says "reported".
/// </summary>
internal static class MedicationRequestFhir
{
    public static FhirResource Write(FindingEntry entry, FhirLinks links, string requester)
    {
        var medication = entry.Body.Finding.Medication!;
        var json = FhirJson.Bytes(json =>
        {
            json.Head("MedicationRequest", entry.Row.Id.Value, entry.Row.Version, entry.Row.VersionAt);
            json.WriteString("status", Status(medication.Status));
            json.WriteString("intent", "order");
            json.WriteBoolean("reportedBoolean", true);
            json.Concept("medicationCodeableConcept", medication.Medication);
            json.SubjectAndVisit(entry, links);
            json.WriteString("authoredOn", FhirJson.Instant(entry.Body.At));
            json.Reference("requester", requester);
            json.Note(medication.Note);
            MedicationFhir.Dosage(json, "dosageInstruction", medication);
        });
        return new FhirResource("MedicationRequest", FhirJson.Url(entry.Row.Id.Value), json);
    }

    /// <summary>Of FHIR's medicationrequest-status.</summary>
    private static string Status(MedicationStatus status) => status switch
    {
        MedicationStatus.Intended => "draft",
        MedicationStatus.NotTaken => "cancelled",
        _ => Codes.Of(status),
    };
}
