using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>What is measured of vital signs, and what is worked out of them.</summary>
[JsonConverter(typeof(CodeConverter<VitalMeasure>))]
public enum VitalMeasure
{
    Temperature,
    Pulse,
    RespiratoryRate,
    SystolicPressure,
    DiastolicPressure,
    OxygenSaturation,
    Weight,
    Height,
    HeadCircumference,
    BloodGlucose,
    Pain,
    BodyMassIndex,
}

/// <summary>A measure in its canonical unit, with its LOINC code.</summary>
public sealed record DerivedMeasure(VitalMeasure Measure, string Loinc, decimal Value, string Unit);

/// <param name="Low">With <paramref name="High"/>: impossible of a living person beyond, in the canonical unit.</param>
/// <param name="Digits">Behind the point, of what is converted.</param>
internal sealed record MeasureRow(
    VitalMeasure Measure, string Loinc, string Unit, decimal Low, decimal High, int Digits,
    string? OtherUnit = null, Func<decimal, decimal>? FromOther = null)
{
    public IEnumerable<string> Units => OtherUnit is null ? [Unit] : [Unit, OtherUnit];

    /// <summary>
    /// Null when the unit is none of this measure's, or the number beyond all of them. What needs no conversion is kept digit by
    /// digit.
    /// </summary>
    public decimal? Canonical(Measured given) => given.Unit == Unit ? given.Value
        : given.Unit == OtherUnit && Math.Abs(given.Value) < VitalMeasures.ValueMax ? Rounded(FromOther!(given.Value)) : null;

    public decimal Rounded(decimal value) => Math.Round(value, Digits, MidpointRounding.AwayFromZero);

    public bool IsPossible(decimal value) => value >= Low && value <= High;
}

/// <summary>
/// Codes, units and limits of each measure. Codes are LOINC's, as FHIR R4's vital signs profile has them; the limits lie beyond
/// what was ever measured of somebody who lived, so that what they refuse is a slip of the pen or of the unit.
/// </summary>
internal static class VitalMeasures
{
    /// <summary>Digits behind the point of what is sent.</summary>
    public const int ScaleMax = 4;

    /// <summary>Beyond every measure in every unit; keeps conversions within a decimal.</summary>
    public const decimal ValueMax = 10_000_000m;

    /// <summary>Milligrams per decilitre in a millimole per litre: glucose has 180.16 g/mol.</summary>
    private const decimal GlucosePerMillimole = 18.016m;

    private static readonly Dictionary<VitalMeasure, MeasureRow> Rows = new MeasureRow[]
    {
        new(VitalMeasure.Temperature, "8310-5", "Cel", 20, 47, 2, "[degF]", f => (f - 32m) * 5m / 9m),
        new(VitalMeasure.Pulse, "8867-4", "/min", 10, 350, 0),
        new(VitalMeasure.RespiratoryRate, "9279-1", "/min", 2, 150, 0),
        new(VitalMeasure.SystolicPressure, "8480-6", "mm[Hg]", 20, 370, 0),
        new(VitalMeasure.DiastolicPressure, "8462-4", "mm[Hg]", 5, 360, 0),
        new(VitalMeasure.OxygenSaturation, "59408-5", "%", 20, 100, 0),
        new(VitalMeasure.Weight, "29463-7", "kg", 0.2m, 650, 3, "g", g => g / 1_000m),
        new(VitalMeasure.Height, "8302-2", "cm", 20, 280, 1),
        new(VitalMeasure.HeadCircumference, "9843-4", "cm", 15, 80, 1),
        new(VitalMeasure.BloodGlucose, "2339-0", "mg/dL", 10, 2_700, 1, "mmol/L", m => m * GlucosePerMillimole),
        new(VitalMeasure.Pain, "72514-3", "{score}", 0, 10, 0),
        new(VitalMeasure.BodyMassIndex, "39156-5", "kg/m2", 0, decimal.MaxValue, 1),
    }.ToDictionary(r => r.Measure);

    public static MeasureRow Of(VitalMeasure measure) => Rows[measure];
}
