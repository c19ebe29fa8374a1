using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Chart.Findings;

/// <summary>Results of a laboratory that came together (FHIR: DiagnosticReport of category LAB).</summary>
/// <param name="Code">The panel: LOINC and SNOMED CT.</param>
/// <param name="Results">Lab results of hers.</param>
public sealed record LabReport(
    Concept Code, LabStatus Status, IReadOnlyList<EntryId>? Results = null, string? Conclusion = null, string? Performer = null)
    : IFinding
{
    /// <summary>Each is looked for in the transaction.</summary>
    internal const int ResultsMax = 40;
    private const int ConclusionMax = 2_000;

    private static readonly Refusal ResultUnknown = new(422, "result-unknown", "She has no such lab result.")
    {
        Errors = [new FieldError("labReport.results", "lab results of this patient")],
    };

    ChartKind IFinding.Kind => ChartKind.LabReport;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        Code.Check(rules, at + ".code", CodeSystems.Loinc, CodeSystems.Snomed);
        rules.Need(Results is null or { Count: > 0 and <= ResultsMax }, at + ".results", $"1 to {ResultsMax} lab results")
            .Need(Results is null || Results.Distinct().Count() == Results.Count, at + ".results", "each at most once")
            .Need(Results is not null || Conclusion is not null, at, "results, a conclusion, or both")
            .OptionalProse(Conclusion, at + ".conclusion", ConclusionMax)
            .OptionalText(Performer, at + ".performer", Concept.TextMax);
    }

    internal Change RequireResults(Change change, PatientId patient) => (Results ?? []).Aggregate(
        change, (c, id) => c.Require(ChartItem.Place(patient, ChartKind.LabResult, id), Condition.Exists, ResultUnknown));
}
