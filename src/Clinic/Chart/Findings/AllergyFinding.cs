using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>Of FHIR's allergyintolerance-clinical.</summary>
[JsonConverter(typeof(CodeConverter<AllergyClinicalStatus>))]
public enum AllergyClinicalStatus
{
    Active,
    Inactive,
    Resolved,
}

/// <summary>Of FHIR's allergyintolerance-verification; entered-in-error is a retraction.</summary>
[JsonConverter(typeof(CodeConverter<AllergyVerification>))]
public enum AllergyVerification
{
    Unconfirmed,
    Confirmed,
    Refuted,
}

[JsonConverter(typeof(CodeConverter<AllergyCategory>))]
public enum AllergyCategory
{
    Food,
    Medication,
    Environment,
    Biologic,
}

[JsonConverter(typeof(CodeConverter<AllergyCriticality>))]
public enum AllergyCriticality
{
    Low,
    High,
    UnableToAssess,
}

/// <param name="Manifestation">SNOMED CT.</param>
public sealed record AllergyReaction(Concept Manifestation, Severity? Severity = null);

/// <summary>
/// An allergy, or the statement that she has none, which is one of its own: nobody asked is something else
/// (FHIR: AllergyIntolerance).
/// </summary>
/// <param name="Code">The substance, by SNOMED CT or RxNorm; or 716186003, no known allergy.</param>
public sealed record AllergyFinding(
    Concept Code, AllergyClinicalStatus ClinicalStatus, AllergyVerification VerificationStatus, AllergyCategory? Category = null,
    AllergyCriticality? Criticality = null, IReadOnlyList<AllergyReaction>? Reaction = null, string? Note = null) : IFinding
{
    /// <summary>SNOMED CT: no known allergy.</summary>
    public const string NoneKnown = "716186003";
    private const int ReactionsMax = 10;

    ChartKind IFinding.Kind => ChartKind.Allergy;

    [JsonIgnore]
    internal bool SaysNone => Code.Has(CodeSystems.Snomed, NoneKnown);

    /// <summary>Somebody must reckon with it.</summary>
    [JsonIgnore]
    internal bool IsInForce =>
        ClinicalStatus == AllergyClinicalStatus.Active && VerificationStatus != AllergyVerification.Refuted;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        Code.Check(rules, at + ".code", CodeSystems.Snomed, CodeSystems.RxNorm);
        rules.Need(!SaysNone || (Code.Coding!.Count == 1 && Category is null && Criticality is null && Reaction is null), at,
                "no substance, category, criticality or reaction where there is no known allergy")
            .Need(SaysNone || Category is not null, at + ".category", "needed of an allergy")
            .Need(Reaction is null or { Count: > 0 and <= ReactionsMax }, at + ".reaction", $"1 to {ReactionsMax} reactions")
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
        foreach (var (index, reaction) in (Reaction ?? []).Take(ReactionsMax).Index())
        {
            reaction.Manifestation.Check(rules, $"{at}.reaction[{index}].manifestation", CodeSystems.Snomed);
        }
    }
}
