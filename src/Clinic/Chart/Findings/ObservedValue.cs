using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>
/// What was found, in one of three forms (FHIR: Observation.value[x]). The entry spells them as members of its own.
/// </summary>
internal readonly record struct ObservedValue(LabQuantity? Quantity, string? Text, Concept? Coded)
{
    private const int TextMax = 2_000;

    public void Check(FieldRules rules, string at)
    {
        Quantity?.Check(rules, at + ".valueQuantity");
        Coded?.Check(rules, at + ".valueCodeableConcept", CodeSystems.Snomed, CodeSystems.Loinc);
        var values = new object?[] { Quantity, Text, Coded }.Count(v => v is not null);
        rules.Need(values == 1, at, "exactly one of valueQuantity, valueString and valueCodeableConcept")
            .OptionalProse(Text, at + ".valueString", TextMax);
    }
}
