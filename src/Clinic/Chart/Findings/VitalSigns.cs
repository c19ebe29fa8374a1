using System.Globalization;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>A number with its UCUM unit, as it was read off.</summary>
public sealed record Measured(decimal Value, string Unit);

/// <summary>Vital signs taken together (FHIR: Observations of category vital-signs); any of them, at least one.</summary>
/// <param name="Temperature">Cel or [degF].</param>
/// <param name="Pulse">/min.</param>
/// <param name="RespiratoryRate">/min.</param>
/// <param name="SystolicPressure">mm[Hg].</param>
/// <param name="DiastolicPressure">mm[Hg]; only with the systolic one.</param>
/// <param name="OxygenSaturation">%, by pulse oximetry.</param>
/// <param name="OnOxygen">Whether she was given oxygen at the time.</param>
/// <param name="Weight">kg or g.</param>
/// <param name="Height">cm.</param>
/// <param name="HeadCircumference">cm.</param>
/// <param name="BloodGlucose">mg/dL or mmol/L.</param>
/// <param name="Pain">{score}, a whole number from 0 to 10.</param>
public sealed record VitalSigns(
    Measured? Temperature = null, Measured? Pulse = null, Measured? RespiratoryRate = null, Measured? SystolicPressure = null,
    Measured? DiastolicPressure = null, Measured? OxygenSaturation = null, bool? OnOxygen = null, Measured? Weight = null,
    Measured? Height = null, Measured? HeadCircumference = null, Measured? BloodGlucose = null, Measured? Pain = null,
    string? Note = null) : IFinding
{
    private const decimal CentimetresPerMetre = 100m;

    ChartKind IFinding.Kind => ChartKind.VitalSigns;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        foreach (var (measure, name, given) in Given())
        {
            var row = VitalMeasures.Of(measure);
            var canonical = row.Canonical(given);
            var isKnown = row.Units.Contains(given.Unit);
            rules.Need(isKnown, $"{at}.{name}.unit", "one of " + string.Join(' ', row.Units))
                .Need(!isKnown || (canonical is { } value && row.IsPossible(value)), $"{at}.{name}.value",
                    string.Create(CultureInfo.InvariantCulture, $"{row.Low} to {row.High} {row.Unit}"))
                .Need(given.Value.Scale <= VitalMeasures.ScaleMax, $"{at}.{name}.value",
                    $"at most {VitalMeasures.ScaleMax} digits behind the point");
        }

        rules.Need(Given().Any(), at, "at least one measure")
            .Need(DiastolicPressure is null || SystolicPressure is not null, at + ".systolicPressure",
                "needed with the diastolic pressure")
            .Need(DiastolicPressure is not { } low || SystolicPressure is not { } high || low.Value < high.Value,
                at + ".diastolicPressure", "below the systolic pressure")
            .Need(OnOxygen is null || OxygenSaturation is not null, at + ".onOxygen", "only with the oxygen saturation")
            .Need(Pain is not { } score || decimal.IsInteger(score.Value), at + ".pain.value", "a whole number")
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
    }

    EntryDerived IFinding.Derive(FindingScene scene)
    {
        var measures = Given().Select(g => (Row: VitalMeasures.Of(g.Measure), g.Given))
            .Select(g => new DerivedMeasure(g.Row.Measure, g.Row.Loinc, g.Row.Canonical(g.Given)!.Value, g.Row.Unit)).ToList();
        if (BodyMassIndex(measures) is { } index)
        {
            measures.Add(index);
        }

        var flags = VitalRanges.Flags(measures, scene);
        return new EntryDerived(measures, flags.Count == 0 ? null : flags);
    }

    private static DerivedMeasure? BodyMassIndex(List<DerivedMeasure> measures)
    {
        var weight = measures.Find(m => m.Measure == VitalMeasure.Weight);
        var height = measures.Find(m => m.Measure == VitalMeasure.Height);
        if (weight is null || height is null)
        {
            return null;
        }

        var (row, metres) = (VitalMeasures.Of(VitalMeasure.BodyMassIndex), height.Value / CentimetresPerMetre);
        return new DerivedMeasure(row.Measure, row.Loinc, row.Rounded(weight.Value / (metres * metres)), row.Unit);
    }

    internal IEnumerable<(VitalMeasure Measure, string Name, Measured Given)> Given()
    {
        (VitalMeasure Measure, string Name, Measured? Given)[] all =
        [
            (VitalMeasure.Temperature, "temperature", Temperature), (VitalMeasure.Pulse, "pulse", Pulse),
            (VitalMeasure.RespiratoryRate, "respiratoryRate", RespiratoryRate),
            (VitalMeasure.SystolicPressure, "systolicPressure", SystolicPressure),
            (VitalMeasure.DiastolicPressure, "diastolicPressure", DiastolicPressure),
            (VitalMeasure.OxygenSaturation, "oxygenSaturation", OxygenSaturation), (VitalMeasure.Weight, "weight", Weight),
            (VitalMeasure.Height, "height", Height), (VitalMeasure.HeadCircumference, "headCircumference", HeadCircumference),
            (VitalMeasure.BloodGlucose, "bloodGlucose", BloodGlucose), (VitalMeasure.Pain, "pain", Pain),
        ];
        return all.Where(m => m.Given is not null).Select(m => (m.Measure, m.Name, m.Given!));
    }
}
