using System.Text.Json;
using Clinic.Chart;

namespace Clinic.Records.Fhir;

/// <summary>A finding as a FHIR R4 resource: the current version, by the writer of its kind.</summary>
internal static class FindingFhir
{
    private static readonly Dictionary<ChartKind, (string Type, Action<Utf8JsonWriter, FindingEntry, FhirLinks> Write)> Writers =
        new()
    {
        [ChartKind.VitalSigns] = ("Observation", VitalSignsFhir.Write),
        [ChartKind.Condition] = ("Condition", ConditionFhir.Write),
        [ChartKind.Allergy] = ("AllergyIntolerance", AllergyFhir.Write),
        [ChartKind.Medication] = ("MedicationStatement", MedicationFhir.Write),
        [ChartKind.FamilyHistory] = ("FamilyMemberHistory", FamilyHistoryFhir.Write),
        [ChartKind.Immunization] = ("Immunization", ImmunizationFhir.Write),
        [ChartKind.Procedure] = ("Procedure", ProcedureFhir.Write),
        [ChartKind.LabResult] = ("Observation", LabResultFhir.Write),
        [ChartKind.ImagingResult] = ("DiagnosticReport", ImagingFhir.Write),
        [ChartKind.LabReport] = ("DiagnosticReport", LabReportFhir.Write),
        [ChartKind.Observation] = ("Observation", ObservationFhir.Write),
        [ChartKind.CarePlan] = ("CarePlan", CarePlanFhir.Write),
        [ChartKind.DentalFinding] = ("Observation", DentalFhir.Write),
    };

    public static FhirResource Write(FindingEntry entry, FhirLinks links)
    {
        var (row, (type, write)) = (entry.Row, Writers[entry.Row.Kind]);
        var json = FhirJson.Bytes(json =>
        {
            json.Head(type, row.Id.Value, row.Version, row.VersionAt);
            write(json, entry, links);
        });
        return new FhirResource(type, FhirJson.Url(row.Id.Value), json);
    }

    /// <summary>The status of a resource whose own has the code of a retraction.</summary>
    public static void Status(this Utf8JsonWriter json, FindingEntry entry, string status) =>
        json.WriteString("status", entry.Row.IsRetracted ? FhirJson.EnteredInError : status);

    /// <summary>Why it was entered in error: R4 has no element for it.</summary>
    public static void Retraction(this Utf8JsonWriter json, FindingEntry entry) =>
        json.Narrative("additional", RetractionText(entry));

    public static string? RetractionText(FindingEntry entry) =>
        entry.Body.Retraction is { } why ? "Entered in error: " + why : null;

    public static void SubjectAndVisit(
        this Utf8JsonWriter json, FindingEntry entry, FhirLinks links, string subject = "subject", string visit = "encounter")
    {
        json.Reference(subject, links.Patient);
        json.Reference(visit, links.OfAny(entry.Row.Visit));
    }
}
