using System.Text.Json.Serialization;
using Clinic.Patients;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>How somebody is related to her (v3-RoleCode of HL7, in words). No name: it is another person's.</summary>
[JsonConverter(typeof(CodeConverter<FamilyRelationship>))]
public enum FamilyRelationship
{
    Mother,
    Father,
    Sister,
    Brother,
    Daughter,
    Son,
    MaternalGrandmother,
    MaternalGrandfather,
    PaternalGrandmother,
    PaternalGrandfather,
    MaternalAunt,
    MaternalUncle,
    PaternalAunt,
    PaternalUncle,
    Cousin,
    Other,
}

/// <param name="Code">ICD-10, its clinical modification and SNOMED CT.</param>
public sealed record FamilyCondition(Concept Code, int? OnsetAgeYears = null);

/// <summary>What a relative had (FHIR: FamilyMemberHistory).</summary>
public sealed record FamilyHistoryFinding(
    FamilyRelationship Relationship, IReadOnlyList<FamilyCondition> Condition, bool? Deceased = null, string? Note = null)
    : IFinding
{
    private const int ConditionsMax = 20;

    ChartKind IFinding.Kind => ChartKind.FamilyHistory;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        rules.Need(Condition.Count is > 0 and <= ConditionsMax, at + ".condition", $"1 to {ConditionsMax} conditions")
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
        foreach (var (index, condition) in Condition.Take(ConditionsMax).Index())
        {
            var place = $"{at}.condition[{index}]";
            condition.Code.Check(rules, place + ".code", CodeSystems.Icd10, CodeSystems.Icd10Cm, CodeSystems.Snomed);
            rules.Need(condition.OnsetAgeYears is null or (>= 0 and <= PatientForm.AgeYearsMax), place + ".onsetAgeYears",
                $"0 to {PatientForm.AgeYearsMax}");
        }
    }
}
