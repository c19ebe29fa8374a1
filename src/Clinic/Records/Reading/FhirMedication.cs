using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;

namespace Clinic.Records.Reading;

/// <summary>
/// MedicationRequest and MedicationStatement: what she takes. A foreign order is no prescription of ours: nobody here signed it.
/// </summary>
internal static class FhirMedication
{
    public static ReadResource Read(JsonElement resource)
    {
        if (Medication(resource) is not { } medication)
        {
            return NotRecorded.NoCode;
        }

        var status = resource.Text("status");
        MedicationStatus? known = status switch
        {
            "draft" => MedicationStatus.Intended,
            "cancelled" => MedicationStatus.Stopped,
            NotRecorded.EnteredInError => MedicationStatus.Unknown,
            _ => FhirValues.Enum<MedicationStatus>(status),
        };
        if (known is not { } taken)
        {
            return NotRecorded.Status;
        }

        var dosage = resource.First("dosage").ValueKind == JsonValueKind.Object ? resource.First("dosage")
            : resource.First("dosageInstruction");
        var period = resource.Member("effectivePeriod");
        var finding = new MedicationFinding(
            medication, taken, Short(dosage.Text("text")), dosage.Member("route").Concept(CodeSystems.Snomed),
            Short(dosage.Text("patientInstruction")), period.Day("start"), period.Day("end"), resource.Notes());
        return Recordable.Of(
            resource.Instant("authoredOn") ?? resource.Instant("dateAsserted") ?? resource.Instant("effectiveDateTime")
                ?? period.Instant("start"),
            resource, new FindingMembers { Medication = finding }) with
        {
            Encounter = resource.Member("encounter").Text("reference") ?? resource.Member("context").Text("reference"),
            IsRetracted = FhirValues.IsEnteredInError(status),
        };
    }

    /// <summary>In words here, of a medication that it brings along, or by what it calls the one it refers to.</summary>
    private static Concept? Medication(JsonElement resource)
    {
        string[] systems = [CodeSystems.Atc, CodeSystems.Snomed, CodeSystems.RxNorm];
        var reference = resource.Member("medicationReference");
        var within = reference.Text("reference") is ['#', .. var id]
            ? resource.Each("contained").FirstOrDefault(c => c.Text("id") == id).Member("code").Concept(systems)
            : null;
        return resource.Member("medicationCodeableConcept").Concept(systems) ?? within
            ?? (FhirValues.Words(reference.Text("display")) is { } words ? new Concept(words) : null);
    }

    private static string? Short(string? text) =>
        FhirValues.Words(text) is { } words && words.Length <= MedicationFinding.DoseMax ? words : null;
}
