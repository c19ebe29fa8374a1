using System.Text.Json.Serialization;
using Clinic.Patients;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>Of FHIR's condition-clinical.</summary>
[JsonConverter(typeof(CodeConverter<ConditionClinicalStatus>))]
public enum ConditionClinicalStatus
{
    Active,
    Recurrence,
    Relapse,
    Inactive,
    Remission,
    Resolved,
}

/// <summary>Of FHIR's condition-ver-status; entered-in-error is a retraction.</summary>
[JsonConverter(typeof(CodeConverter<ConditionVerification>))]
public enum ConditionVerification
{
    Unconfirmed,
    Provisional,
    Differential,
    Confirmed,
    Refuted,
}

[JsonConverter(typeof(CodeConverter<Severity>))]
public enum Severity
{
    Mild,
    Moderate,
    Severe,
}

/// <summary>When something began or ended: on a day, or at an age.</summary>
public sealed record Onset(DateOnly? Date = null, int? AgeYears = null)
{
    internal void Check(FieldRules rules, string at, FindingScene scene)
    {
        rules.Need((Date is null) != (AgeYears is null), at, "either date or ageYears")
            .Need(Date is null || Date <= scene.Day.AddDays(1), at + ".date", "not after the day of the entry")
            .Need(Date is null || Date >= (scene.Birth.Date ?? scene.Day.AddYears(-PatientForm.AgeYearsMax)), at + ".date",
                "not before she was born")
            .Need(AgeYears is null || (AgeYears >= 0 && AgeYears <= Math.Max(0, scene.Birth.YearsOn(scene.Day))),
                at + ".ageYears", "0 to her age at the day of the entry");
    }
}

/// <summary>A diagnosis or problem (FHIR: Condition).</summary>
/// <param name="Code">ICD-10, its clinical modification and SNOMED CT.</param>
/// <param name="Abatement">Only of one that is over, or rests.</param>
public sealed record ConditionFinding(
    Concept Code, ConditionClinicalStatus ClinicalStatus, ConditionVerification VerificationStatus, Onset? Onset = null,
    Onset? Abatement = null, Severity? Severity = null, string? Note = null) : IFinding
{
    internal const int NoteMax = 2_000;

    ChartKind IFinding.Kind => ChartKind.Condition;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        Code.Check(rules, at + ".code", CodeSystems.Icd10, CodeSystems.Icd10Cm, CodeSystems.Snomed);
        Onset?.Check(rules, at + ".onset", scene);
        Abatement?.Check(rules, at + ".abatement", scene);
        var over = ClinicalStatus is ConditionClinicalStatus.Inactive or ConditionClinicalStatus.Remission
            or ConditionClinicalStatus.Resolved;
        rules.Need(Abatement is null || over, at + ".abatement", "only when inactive, in remission or resolved")
            .Need(Onset?.Date is not { } began || Abatement?.Date is not { } ended || began <= ended, at + ".abatement.date",
                "not before the onset")
            .Need(Onset?.AgeYears is not { } from || Abatement?.AgeYears is not { } to || from <= to, at + ".abatement.ageYears",
                "not before the onset")
            .OptionalProse(Note, at + ".note", NoteMax);
    }
}
