using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;

namespace Clinic.Chart;

/// <summary>
/// Something in the record as its readers see it: what was sent, under the name of its kind, and about it.
/// </summary>
/// <param name="Status">current or entered-in-error; visits, notes and documents have their own.</param>
/// <param name="VersionAt">When this version was written.</param>
/// <param name="At">When it happened.</param>
/// <param name="Patient">
/// Under whose path it is read by itself: another than whom the list was asked of where records were merged.
/// </param>
/// <param name="Content">Of visits, notes and documents in a list: as their own routes show them.</param>
public sealed record EntryView(
    EntryId Id, ChartKind Kind, string Status, long Version, DateTimeOffset VersionAt, string VersionBy, EntryId? Visit,
    DateTimeOffset At, EntryDerived? Derived = null, string? RetractionReason = null, JsonElement? Content = null,
    PatientId? Patient = null)
    : FindingMembers
{
    internal static EntryView Of(FindingEntry entry)
    {
        var (row, body, finding) = (entry.Row, entry.Body, entry.Body.Finding);
        return new EntryView(
            row.Id, row.Kind, row.Status, row.Version, row.VersionAt, row.VersionBy, row.Visit, body.At, body.Derived,
            body.Retraction, Patient: row.Patient)
        {
            VitalSigns = finding.VitalSigns,
            Condition = finding.Condition,
            Allergy = finding.Allergy,
            Medication = finding.Medication,
            FamilyHistory = finding.FamilyHistory,
            Immunization = finding.Immunization,
            Procedure = finding.Procedure,
            LabResult = finding.LabResult,
            ImagingResult = finding.ImagingResult,
            LabReport = finding.LabReport,
            Observation = finding.Observation,
            CarePlan = finding.CarePlan,
            DentalFinding = finding.DentalFinding,
        };
    }
}

/// <param name="Next">Gives the next part; absent at the end. A part may hold fewer entries than its size.</param>
public sealed record ChartResponse(IReadOnlyList<EntryView> Entries, string? Next);
