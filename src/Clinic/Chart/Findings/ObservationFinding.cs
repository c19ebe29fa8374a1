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
    private const int ValueMax = 2_000;

    ChartKind IFinding.Kind => ChartKind.Observation;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        Code.Check(rules, at + ".code", CodeSystems.Loinc, CodeSystems.Snomed);
        ValueQuantity?.Check(rules, at + ".valueQuantity");
        ValueCodeableConcept?.Check(rules, at + ".valueCodeableConcept", CodeSystems.Snomed, CodeSystems.Loinc);
        var values = new object?[] { ValueQuantity, ValueString, ValueCodeableConcept }.Count(v => v is not null);
        rules.Need(values == 1, at, "exactly one of valueQuantity, valueString and valueCodeableConcept")
            .OptionalProse(ValueString, at + ".valueString", ValueMax)
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
    }
}
