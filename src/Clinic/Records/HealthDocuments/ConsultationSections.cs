using Clinic.Chart;
using Clinic.Records.Fhir;
using Clinic.Visits;

namespace Clinic.Records.HealthDocuments;

/// <summary>
/// What of a visit stands under which heading of the national guide's consultation record. Empty ones are left out; advice on
/// investigations and referrals are not written down by themselves here, and stand in the plan.
/// </summary>
internal static class ConsultationSections
{
    private static readonly (string Title, string Snomed, Func<NoteForm, string?> Words, ChartKind[] Kinds)[] Headings =
    [
        ("Chief complaints", "422843007", n => n.Subjective, []),
        ("Physical examination", "425044008", n => n.Objective,
            [ChartKind.VitalSigns, ChartKind.Observation, ChartKind.DentalFinding]),
        ("Allergies", "722446000", _ => null, [ChartKind.Allergy]),
        ("Medical history", "371529009", n => n.Assessment, [ChartKind.Condition]),
        ("Family history", "422432008", _ => null, [ChartKind.FamilyHistory]),
        ("Medications", "721912009", _ => null, [ChartKind.Medication]),
        ("Procedure", "371525003", _ => null, [ChartKind.Procedure]),
        (Other, "404684003", n => n.Plan,
            [ChartKind.LabResult, ChartKind.LabReport, ChartKind.ImagingResult, ChartKind.Immunization, ChartKind.CarePlan]),
    ];

    private const string Other = "Other observations";

    public static IReadOnlyList<HealthSection> Of(
        string? reason, IReadOnlyList<(NoteForm Text, IReadOnlyList<Addendum> Addenda)> notes,
        IReadOnlyList<(ChartKind Kind, FhirResource Resource)> resources)
    {
        var sections = new List<HealthSection>();
        foreach (var (index, (title, snomed, words, kinds)) in Headings.Index())
        {
            List<string> said = [.. notes.Select(n => words(n.Text)).OfType<string>().Where(w => !string.IsNullOrWhiteSpace(w))];
            if (index == 0 && reason is not null)
            {
                said.Insert(0, reason);
            }

            if (title == Other)
            {
                said.AddRange(notes.SelectMany(n => n.Addenda).Select(
                    a => $"Addendum, {RecordPage.Shown(FhirJson.Instant(a.At))}, {a.Name}: {a.Text}"));
            }

            sections.Add(new HealthSection(
                title, snomed, said, [.. resources.Where(r => kinds.Contains(r.Kind)).Select(r => r.Resource)]));
        }

        return [.. sections.Where(s => !s.IsEmpty)];
    }
}
