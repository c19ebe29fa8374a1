using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>Of FHIR's observation-category, but for laboratory, which is a kind of its own.</summary>
[JsonConverter(typeof(CodeConverter<ObservationCategory>))]
public enum ObservationCategory
{
    SocialHistory,

    /// <summary>A vital sign that <see cref="VitalSigns"/> has no place for.</summary>
    VitalSigns,
    Imaging,
    Procedure,
    Survey,
    Exam,
    Therapy,
    Activity,
}

/// <summary>What was observed and is no vital sign, laboratory result or tooth (FHIR: Observation).</summary>
/// <param name="Code">What was looked at: LOINC and SNOMED CT.</param>
/// <param name="ValueQuantity">Exactly one of the three values.</param>
public sealed record ObservationFinding(
    ObservationCategory Category, Concept Code, LabStatus Status, LabQuantity? ValueQuantity = null, string? ValueString = null,
    Concept? ValueCodeableConcept = null, string? Note = null) : IFinding
{
    ChartKind IFinding.Kind => ChartKind.Observation;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        Code.Check(rules, at + ".code", CodeSystems.Loinc, CodeSystems.Snomed);
        new ObservedValue(ValueQuantity, ValueString, ValueCodeableConcept).Check(rules, at);
        rules.OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
    }
}
