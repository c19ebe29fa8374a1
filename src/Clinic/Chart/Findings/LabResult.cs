using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>Of FHIR's observation-status, as laboratories use it; entered-in-error is a retraction.</summary>
[JsonConverter(typeof(CodeConverter<LabStatus>))]
public enum LabStatus
{
    Preliminary,
    Final,
    Amended,
    Corrected,
}

/// <summary>A number with its unit (FHIR: Quantity). The number keeps its digits: 5.40 is not 5.4.</summary>
/// <param name="Unit">UCUM.</param>
/// <param name="Comparator">&lt;, &lt;=, &gt; or &gt;=: beyond what could be measured.</param>
public sealed record LabQuantity(decimal Value, string Unit, string? Comparator = null)
{
    internal const string NumberRule = "at most 12 digits before the point and 6 behind it";
    private const int UnitMax = 40;
    private static readonly string[] Comparators = ["<", "<=", ">", ">="];

    internal void Check(FieldRules rules, string at) => rules
        .Need(IsSane(Value), at + ".value", NumberRule)
        .Need(Unit.Length is > 0 and <= UnitMax && Unit.All(c => c is > ' ' and <= '~'), at + ".unit",
            $"a UCUM unit of 1 to {UnitMax} characters")
        .Need(Comparator is null || Comparators.Contains(Comparator), at + ".comparator",
            "one of " + string.Join(' ', Comparators));

    internal static bool IsSane(decimal number) => Math.Abs(number) < 1_000_000_000_000m && number.Scale <= 6;
}

/// <summary>What is usual, in the unit of the value.</summary>
public sealed record ReferenceRange(decimal? Low = null, decimal? High = null, string? Text = null);

/// <summary>A result of a laboratory (FHIR: Observation of category laboratory).</summary>
/// <param name="Code">The test: LOINC and SNOMED CT.</param>
/// <param name="ValueQuantity">Exactly one of the three values.</param>
/// <param name="Interpretation">
/// L, N, H, LL, HH or A, as the laboratory gave it; without it L, N or H is worked out of the range.
/// </param>
public sealed record LabResult(
    Concept Code, LabStatus Status, LabQuantity? ValueQuantity = null, string? ValueString = null,
    Concept? ValueCodeableConcept = null, ReferenceRange? ReferenceRange = null, string? Interpretation = null,
    string? Specimen = null, string? Performer = null, string? Note = null) : IFinding
{
    private static readonly string[] Interpretations = ["L", "N", "H", "LL", "HH", "A"];

    ChartKind IFinding.Kind => ChartKind.LabResult;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        Code.Check(rules, at + ".code", CodeSystems.Loinc, CodeSystems.Snomed);
        new ObservedValue(ValueQuantity, ValueString, ValueCodeableConcept).Check(rules, at);
        rules.Need(Interpretation is null || Interpretations.Contains(Interpretation), at + ".interpretation",
                "one of " + string.Join(' ', Interpretations))
            .Need(!Contradicts, at + ".interpretation", "not against the range that is given with it")
            .OptionalText(Specimen, at + ".specimen", Concept.TextMax)
            .OptionalText(Performer, at + ".performer", Concept.TextMax)
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
        if (ReferenceRange is { } range)
        {
            rules.Need(range is not { Low: null, High: null, Text: null }, at + ".referenceRange", "low, high or text")
                .Need(range.Low is not { } low || LabQuantity.IsSane(low), at + ".referenceRange.low", LabQuantity.NumberRule)
                .Need(range.High is not { } high || LabQuantity.IsSane(high), at + ".referenceRange.high", LabQuantity.NumberRule)
                .Need(range.Low is not { } from || range.High is not { } to || from <= to, at + ".referenceRange.high",
                    "not below the low end")
                .Need((range.Low ?? range.High) is null || ValueQuantity is not null, at + ".referenceRange",
                    "ends only of a quantity")
                .OptionalText(range.Text, at + ".referenceRange.text", Concept.TextMax);
        }
    }

    EntryDerived? IFinding.Derive(FindingScene scene) =>
        (Interpretation ?? OfRange) is { } interpretation ? new EntryDerived(Interpretation: interpretation) : null;

    /// <summary>Null where the range does not decide: it is in words, or the value is beyond what was measured.</summary>
    private string? OfRange => (ValueQuantity, ReferenceRange) switch
    {
        ({ Comparator: null, Value: var value }, { Low: { } low }) when value < low => "L",
        ({ Comparator: null, Value: var value }, { High: { } high }) when value > high => "H",
        ({ Comparator: null }, { Low: not null, High: not null }) => "N",
        _ => null,
    };

    private bool Contradicts => (OfRange, Interpretation) switch
    {
        ("L", "N" or "H" or "HH") or ("H", "N" or "L" or "LL") or ("N", "L" or "H" or "LL" or "HH") => true,
        _ => false,
    };
}
