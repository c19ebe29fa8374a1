using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

[JsonConverter(typeof(CodeConverter<FlagSide>))]
public enum FlagSide
{
    Low,
    High,
}

/// <summary>A measure outside of what is usual at her age.</summary>
/// <param name="Bound">Below or above which it is, in the canonical unit.</param>
/// <param name="Source">Of the bound.</param>
public sealed record EntryFlag(VitalMeasure Measure, FlagSide Side, decimal Bound, string Source);

/// <summary>Bounds of what is usual from one age to another, in months; outside of them a value is flagged.</summary>
internal sealed record UsualRange(VitalMeasure Measure, int FromMonths, int ToMonths, decimal? Low, decimal? High, string Source);

/// <summary>A table of bounds and the day from which it is used here.</summary>
internal sealed record RangeTable(DateOnly From, IReadOnlyList<UsualRange> Ranges);

/// <summary>
/// What is usual at an age, as dated data with its sources. A flag informs whoever measured; it refuses nothing and decides
/// nothing. Values on a bound are usual.
/// </summary>
internal static class VitalRanges
{
    private const int MonthsOfYear = 12;
    private const int Child = 16 * MonthsOfYear;
    private const int Ever = 200 * MonthsOfYear;

    private const string News2 = "Royal College of Physicians, National Early Warning Score (NEWS) 2, December 2017";
    private const string Fleming = "Fleming et al., Lancet 2011; 377: 1011-18 (1st and 99th centile)";
    private const string Pals = "American Heart Association, Pediatric Advanced Life Support, 2020 (hypotension)";
    private const string Pressure = "American College of Cardiology and American Heart Association, hypertension guideline, 2017";
    private const string Glucose = "American Diabetes Association, Standards of Care in Diabetes, 2025";
    private const string Infants = "World Health Organization, Integrated Management of Childhood Illness, 2014 (young infants)";
    private const string Hospital = "World Health Organization, Pocket book of hospital care for children, 2nd edition, 2013";

    /// <summary>From which month of age on, and the first and last centile of pulse and breaths.</summary>
    private static readonly (int Months, int PulseLow, int PulseHigh, int BreathsLow, int BreathsHigh)[] Centiles =
    [
        (0, 107, 181, 25, 66), (3, 104, 175, 24, 64), (6, 98, 168, 23, 61), (9, 93, 161, 22, 58), (12, 88, 156, 21, 53),
        (18, 82, 149, 19, 46), (24, 76, 142, 18, 38), (36, 70, 136, 17, 33), (48, 65, 131, 17, 29), (72, 59, 123, 16, 27),
        (96, 52, 115, 14, 25), (144, 47, 108, 12, 23), (180, 43, 104, 11, 22),
    ];

    /// <summary>Newest first; the first whose day has come is used.</summary>
    private static readonly IReadOnlyList<RangeTable> Tables = [new(new DateOnly(2026, 11, 1), [.. Adults(), .. Children()])];

    /// <summary>By the table of the day on which it is written down: what was known then.</summary>
    public static IReadOnlyList<EntryFlag> Flags(IReadOnlyList<DerivedMeasure> measures, FindingScene scene)
    {
        var today = DateOnly.FromDateTime(scene.Now.UtcDateTime);
        var table = Tables.FirstOrDefault(t => t.From <= today) ?? Tables[^1];
        var months = Months(scene);
        return
        [
            .. from measure in measures
               from range in table.Ranges
               where range.Measure == measure.Measure && months >= range.FromMonths && months < range.ToMonths
               let side = measure.Value < range.Low ? FlagSide.Low : measure.Value > range.High ? FlagSide.High : (FlagSide?)null
               where side is not null
               select new EntryFlag(
                   measure.Measure, side.Value, (side == FlagSide.Low ? range.Low : range.High)!.Value, range.Source),
        ];
    }

    /// <summary>Whole months of age; of an age that was told in years, of its years.</summary>
    internal static int Months(FindingScene scene)
    {
        if (scene.Birth.Date is not { } born)
        {
            return Math.Max(0, scene.Birth.YearsOn(scene.Day)) * MonthsOfYear;
        }

        var months = ((scene.Day.Year - born.Year) * MonthsOfYear) + scene.Day.Month - born.Month;
        return Math.Max(0, scene.Day.Day < born.Day ? months - 1 : months);
    }

    /// <summary>
    /// Of NEWS2 what alone counts three points, and any fever, which counts one: a clinic looks for it. The score is made for
    /// sixteen years and more.
    /// </summary>
    private static IEnumerable<UsualRange> Adults() =>
    [
        new(VitalMeasure.Pulse, Child, Ever, 41, 130, News2),
        new(VitalMeasure.RespiratoryRate, Child, Ever, 9, 24, News2),
        new(VitalMeasure.OxygenSaturation, 0, Ever, 92, null, News2),
        new(VitalMeasure.Temperature, Child, Ever, 35.1m, 38.0m, News2),
        new(VitalMeasure.SystolicPressure, Child, Ever, 91, null, News2),
        new(VitalMeasure.SystolicPressure, Child, Ever, null, 180, Pressure),
        new(VitalMeasure.DiastolicPressure, Child, Ever, null, 120, Pressure),
        new(VitalMeasure.BloodGlucose, 0, Ever, 70, 199, Glucose),
    ];

    private static IEnumerable<UsualRange> Children()
    {
        foreach (var (index, row) in Centiles.Index())
        {
            var end = index + 1 < Centiles.Length ? Centiles[index + 1].Months : Child;
            yield return new(VitalMeasure.Pulse, row.Months, end, row.PulseLow, row.PulseHigh, Fleming);
            yield return new(VitalMeasure.RespiratoryRate, row.Months, end, row.BreathsLow, row.BreathsHigh, Fleming);
        }

        yield return new(VitalMeasure.Temperature, 0, 2, 35.5m, 37.4m, Infants);
        yield return new(VitalMeasure.Temperature, 2, Child, 35.0m, 38.9m, Hospital);
        yield return new(VitalMeasure.SystolicPressure, 0, 1, 60, null, Pals);
        yield return new(VitalMeasure.SystolicPressure, 1, MonthsOfYear, 70, null, Pals);
        for (var year = 1; year < 10; year++)
        {
            yield return new(
                VitalMeasure.SystolicPressure, year * MonthsOfYear, (year + 1) * MonthsOfYear, 70 + (2 * year), null, Pals);
        }

        yield return new(VitalMeasure.SystolicPressure, 10 * MonthsOfYear, Child, 90, null, Pals);
    }
}
