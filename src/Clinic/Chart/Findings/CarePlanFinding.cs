using System.Text.Json.Serialization;
using Clinic.Patients;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>Of FHIR's request-status; entered-in-error is a retraction.</summary>
[JsonConverter(typeof(CodeConverter<CarePlanStatus>))]
public enum CarePlanStatus
{
    Draft,
    Active,
    OnHold,
    Revoked,
    Completed,
    Unknown,
}

/// <summary>Of FHIR's care-plan-activity-status.</summary>
[JsonConverter(typeof(CodeConverter<CareActivityStatus>))]
public enum CareActivityStatus
{
    NotStarted,
    Scheduled,
    InProgress,
    OnHold,
    Completed,
    Cancelled,
    Stopped,
    Unknown,
}

/// <param name="Code">SNOMED CT.</param>
public sealed record CareActivity(Concept Code, CareActivityStatus Status);

/// <summary>What is to be done for her over a time, step by step (FHIR: CarePlan).</summary>
/// <param name="Category">What kind of plan it is: SNOMED CT.</param>
public sealed record CarePlanFinding(
    Concept Category, CarePlanStatus Status, string? Title = null, DateOnly? Start = null, DateOnly? End = null,
    IReadOnlyList<CareActivity>? Activity = null, string? Note = null) : IFinding
{
    private const int ActivitiesMax = 30;

    ChartKind IFinding.Kind => ChartKind.CarePlan;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        Category.Check(rules, at + ".category", CodeSystems.Snomed);
        var earliest = scene.Birth.Date ?? scene.Day.AddYears(-PatientForm.AgeYearsMax);
        rules.OptionalText(Title, at + ".title", Concept.TextMax)
            .Need(Start is null || Start >= earliest, at + ".start", "not before she was born")
            .Need(End is null || End >= (Start ?? earliest), at + ".end", "not before the start")
            .Need(Activity is null or { Count: > 0 and <= ActivitiesMax }, at + ".activity", $"1 to {ActivitiesMax} activities")
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
        foreach (var (index, activity) in (Activity ?? []).Take(ActivitiesMax).Index())
        {
            activity.Code.Check(rules, $"{at}.activity[{index}].code", CodeSystems.Snomed);
        }
    }
}
