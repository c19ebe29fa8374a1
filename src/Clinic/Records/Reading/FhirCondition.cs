using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Records.Fhir;

namespace Clinic.Records.Reading;

/// <summary>Condition: a diagnosis or problem.</summary>
internal static class FhirCondition
{
    public static ReadResource Read(JsonElement condition)
    {
        if (condition.Member("code").Concept(CodeSystems.Icd10, CodeSystems.Icd10Cm, CodeSystems.Snomed) is not { } code)
        {
            return NotRecorded.NoCode;
        }

        var verification = condition.Member("verificationStatus").Code();
        var (onset, abatement) = (FhirOnset.Of(condition, "onset"), FhirOnset.Of(condition, "abatement"));
        var clinical = FhirValues.Enum<ConditionClinicalStatus>(condition.Member("clinicalStatus").Code());
        var finding = new ConditionFinding(
            code, clinical ?? (abatement is null ? ConditionClinicalStatus.Active : ConditionClinicalStatus.Resolved),
            FhirValues.Enum<ConditionVerification>(verification) ?? ConditionVerification.Unconfirmed, onset, abatement,
            FhirOnset.Severity(condition.Member("severity").Code()), condition.Notes());
        return Recordable.Of(
            condition.Instant("recordedDate") ?? condition.Instant("onsetDateTime"), condition,
            new FindingMembers { Condition = finding }) with
        {
            IsRetracted = FhirValues.IsEnteredInError(verification),
        };
    }
}

internal static class FhirOnset
{
    /// <summary>By day or by age in years; a period or other words stay in the source.</summary>
    public static Onset? Of(JsonElement resource, string name) =>
        resource.Day(name + "DateTime") is { } day ? new Onset(day)
        : AgeYears(resource.Member(name + "Age")) is { } years ? new Onset(AgeYears: years)
        : resource.Text(name + "String") == FhirJson.FirstYear ? new Onset(AgeYears: 0)
        : null;

    public static int? AgeYears(JsonElement age) =>
        age.Quantity() is { Unit: "a", Comparator: null, Value: var value } && decimal.IsInteger(value) && value is >= 0 and < 200
            ? (int)value
            : null;

    /// <summary>Of the codes of SNOMED CT that FHIR's value set has, or FHIR's own words.</summary>
    public static Severity? Severity(string? code) => code switch
    {
        "255604002" or "mild" => Chart.Findings.Severity.Mild,
        "6736007" or "moderate" => Chart.Findings.Severity.Moderate,
        "24484000" or "severe" => Chart.Findings.Severity.Severe,
        _ => null,
    };
}
