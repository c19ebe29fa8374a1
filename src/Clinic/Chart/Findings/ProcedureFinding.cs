using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>Of FHIR's event-status; entered-in-error is a retraction.</summary>
[JsonConverter(typeof(CodeConverter<ProcedureStatus>))]
public enum ProcedureStatus
{
    Preparation,
    InProgress,
    NotDone,
    OnHold,
    Stopped,
    Completed,
    Unknown,
}

/// <summary>What was done to her (FHIR: Procedure).</summary>
/// <param name="Code">SNOMED CT.</param>
/// <param name="BodySite">SNOMED CT.</param>
/// <param name="Outcome">SNOMED CT. Only of what ended.</param>
public sealed record ProcedureFinding(
    Concept Code, ProcedureStatus Status, Concept? BodySite = null, Concept? Outcome = null, string? Note = null) : IFinding
{
    ChartKind IFinding.Kind => ChartKind.Procedure;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        Code.Check(rules, at + ".code", CodeSystems.Snomed);
        BodySite?.Check(rules, at + ".bodySite", CodeSystems.Snomed);
        Outcome?.Check(rules, at + ".outcome", CodeSystems.Snomed);
        rules.Need(Outcome is null || Status is ProcedureStatus.Completed or ProcedureStatus.Stopped, at + ".outcome",
                "only of what was completed or stopped")
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
    }
}
