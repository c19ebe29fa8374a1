using System.Globalization;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Patients;
using Xunit;

namespace Clinic.Tests.Chart.Findings;

public sealed class VitalSignsRules
{
    [Theory]
    [InlineData("""{"temperature": {"value": 36.8, "unit": "Cel"}}""", null)]
    [InlineData("""{"temperature": {"value": 98.6, "unit": "[degF]"}, "note": "After rest."}""", null)]
    [InlineData("""{"systolicPressure": {"value": 120, "unit": "mm[Hg]"}, "diastolicPressure": {"value": 8, "unit": "mm[Hg]"}}""",
        null)]
    [InlineData("""{"systolicPressure": {"value": 120, "unit": "mm[Hg]"}}""", null)]
    [InlineData("""{"oxygenSaturation": {"value": 97, "unit": "%"}, "onOxygen": false}""", null)]
    [InlineData("""{"pain": {"value": 0, "unit": "{score}"}}""", null)]
    [InlineData("""{"weight": {"value": 3250, "unit": "g"}, "headCircumference": {"value": 34.5, "unit": "cm"}}""", null)]
    [InlineData("{}", "vitalSigns")]
    [InlineData("""{"onOxygen": true}""", "vitalSigns vitalSigns.onOxygen")]
    [InlineData("""{"temperature": {"value": 98.6, "unit": "Cel"}}""", "vitalSigns.temperature.value")]
    [InlineData("""{"temperature": {"value": 36.8, "unit": "[degF]"}}""", "vitalSigns.temperature.value")]
    [InlineData("""{"temperature": {"value": 36.8, "unit": "K"}}""", "vitalSigns.temperature.unit")]
    [InlineData("""{"temperature": {"value": 36.8, "unit": "°C"}}""", "vitalSigns.temperature.unit")]
    [InlineData("""{"temperature": {"value": 36.80001, "unit": "Cel"}}""", "vitalSigns.temperature.value")]
    [InlineData("""{"temperature": {"value": 79228162514264337593543950335, "unit": "[degF]"}}""",
        "vitalSigns.temperature.value")]
    [InlineData("""{"pulse": {"value": 9, "unit": "/min"}}""", "vitalSigns.pulse.value")]
    [InlineData("""{"pulse": {"value": -72, "unit": "/min"}}""", "vitalSigns.pulse.value")]
    [InlineData("""{"respiratoryRate": {"value": 151, "unit": "/min"}}""", "vitalSigns.respiratoryRate.value")]
    [InlineData("""{"systolicPressure": {"value": 371, "unit": "mm[Hg]"}}""", "vitalSigns.systolicPressure.value")]
    [InlineData("""{"systolicPressure": {"value": 80, "unit": "mm[Hg]"}, "diastolicPressure": {"value": 80, "unit": "mm[Hg]"}}""",
        "vitalSigns.diastolicPressure")]
    [InlineData("""{"diastolicPressure": {"value": 80, "unit": "mm[Hg]"}}""", "vitalSigns.systolicPressure")]
    [InlineData("""{"oxygenSaturation": {"value": 100.5, "unit": "%"}}""", "vitalSigns.oxygenSaturation.value")]
    [InlineData("""{"weight": {"value": 651, "unit": "kg"}}""", "vitalSigns.weight.value")]
    [InlineData("""{"weight": {"value": 70, "unit": "g"}}""", "vitalSigns.weight.value")]
    [InlineData("""{"weight": {"value": 150, "unit": "[lb_av]"}}""", "vitalSigns.weight.unit")]
    [InlineData("""{"height": {"value": 1.72, "unit": "cm"}}""", "vitalSigns.height.value")]
    [InlineData("""{"headCircumference": {"value": 81, "unit": "cm"}}""", "vitalSigns.headCircumference.value")]
    [InlineData("""{"bloodGlucose": {"value": 5.4, "unit": "mg/dL"}}""", "vitalSigns.bloodGlucose.value")]
    [InlineData("""{"bloodGlucose": {"value": 151, "unit": "mmol/L"}}""", "vitalSigns.bloodGlucose.value")]
    [InlineData("""{"pain": {"value": 11, "unit": "{score}"}}""", "vitalSigns.pain.value")]
    [InlineData("""{"pain": {"value": 2.5, "unit": "{score}"}}""", "vitalSigns.pain.value")]
    public void Vital_signs_hold_their_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"vitalSigns": {{{members}}} }""", broken);

    [Theory]
    [InlineData("temperature", "98.6", "[degF]", VitalMeasure.Temperature, "37.00")]
    [InlineData("temperature", "104", "[degF]", VitalMeasure.Temperature, "40")]
    [InlineData("temperature", "36.80", "Cel", VitalMeasure.Temperature, "36.80")]
    [InlineData("weight", "3250", "g", VitalMeasure.Weight, "3.25")]
    [InlineData("bloodGlucose", "5.5", "mmol/L", VitalMeasure.BloodGlucose, "99.1")]
    [InlineData("bloodGlucose", "99", "mg/dL", VitalMeasure.BloodGlucose, "99")]
    public void Each_stands_in_one_unit_beside_what_was_read_off(
        string name, string value, string unit, VitalMeasure measure, string canonical)
    {
        var entry = Recorded.Good($$$"""{"vitalSigns": {"{{{name}}}": {"value": {{{value}}}, "unit": "{{{unit}}}"} } }""");
        var derived = Assert.Single(entry.Body.Derived!.Measures!);
        Assert.Equal((measure, decimal.Parse(canonical, CultureInfo.InvariantCulture)), (derived.Measure, derived.Value));
        Assert.Equal(VitalMeasures.Of(measure).Unit, derived.Unit);
    }

    [Fact]
    public void The_body_mass_index_is_worked_out_of_both_or_not_at_all()
    {
        var both = Recorded.Good(
            """{"vitalSigns": {"weight": {"value": 70000, "unit": "g"}, "height": {"value": 175, "unit": "cm"}}}""");
        var index = both.Body.Derived!.Measures!.Single(m => m.Measure == VitalMeasure.BodyMassIndex);
        Assert.Equal((22.9m, "kg/m2", "39156-5"), (index.Value, index.Unit, index.Loinc));
        var one = Recorded.Good("""{"vitalSigns": {"weight": {"value": 70, "unit": "kg"}}}""");
        Assert.DoesNotContain(one.Body.Derived!.Measures!, m => m.Measure == VitalMeasure.BodyMassIndex);
    }

    [Theory]
    [InlineData("1986-03-09", "pulse", 130, "/min", null)]
    [InlineData("1986-03-09", "pulse", 131, "/min", "High 130")]
    [InlineData("1986-03-09", "pulse", 40, "/min", "Low 41")]
    [InlineData("2026-10-22", "pulse", 131, "/min", null)]
    [InlineData("2026-10-22", "pulse", 106, "/min", "Low 107")]
    [InlineData("2026-08-23", "pulse", 180, "/min", null)]
    [InlineData("2026-08-22", "pulse", 180, "/min", "High 175")]
    [InlineData("2010-11-23", "pulse", 105, "/min", "High 104")]
    [InlineData("2010-11-22", "pulse", 105, "/min", null)]
    [InlineData("1986-03-09", "respiratoryRate", 25, "/min", "High 24")]
    [InlineData("2026-10-22", "respiratoryRate", 25, "/min", null)]
    [InlineData("2018-06-01", "respiratoryRate", 26, "/min", "High 25")]
    [InlineData("1986-03-09", "systolicPressure", 90, "mm[Hg]", "Low 91")]
    [InlineData("1986-03-09", "systolicPressure", 181, "mm[Hg]", "High 180")]
    [InlineData("2021-11-22", "systolicPressure", 79, "mm[Hg]", "Low 80")]
    [InlineData("2021-11-22", "systolicPressure", 80, "mm[Hg]", null)]
    [InlineData("1986-03-09", "oxygenSaturation", 91, "%", "Low 92")]
    [InlineData("2026-10-22", "temperature", 37.5, "Cel", "High 37.4")]
    [InlineData("1986-03-09", "temperature", 37.5, "Cel", null)]
    [InlineData("1986-03-09", "temperature", 38.1, "Cel", "High 38.0")]
    [InlineData("1986-03-09", "bloodGlucose", 3.8, "mmol/L", "Low 70")]
    public void What_is_unusual_at_her_age_is_flagged_with_its_bound(
        string born, string name, decimal value, string unit, string? flag)
    {
        var entry = Recorded.Good(
            string.Create(CultureInfo.InvariantCulture,
                $$$"""{"vitalSigns": {"{{{name}}}": {"value": {{{value}}}, "unit": "{{{unit}}}"} } }"""),
            new PatientBirth(DateOnly.Parse(born, CultureInfo.InvariantCulture)));
        Assert.Equal(flag is null ? [] : [flag], (entry.Body.Derived!.Flags ?? [])
            .Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Side} {f.Bound}")));
        Assert.All(entry.Body.Derived.Flags ?? [], f => Assert.Matches(@"20\d\d", f.Source));
    }

    [Fact]
    public void An_age_that_was_told_counts_in_years_and_the_age_is_that_of_the_day()
    {
        const string fast = """{"vitalSigns": {"pulse": {"value": 125, "unit": "/min"}}}""";
        Assert.Null(Recorded.Good(fast, new PatientBirth(null, 4, new DateOnly(2026, 11, 1))).Body.Derived!.Flags);
        Assert.NotNull(Recorded.Good(fast, new PatientBirth(null, 9, new DateOnly(2026, 11, 1))).Body.Derived!.Flags);
        var then = new DateTimeOffset(1991, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Null(Recorded.Good(fast, Recorded.Adult, then).Body.Derived!.Flags);
    }

    [Fact]
    public void A_trend_has_its_points_oldest_first_with_least_most_and_latest()
    {
        FindingEntry[] entries =
        [
            Pulse(72, 1), Pulse(95, 3), Pulse(60, 2),
            Recorded.Good("""{"vitalSigns": {"weight": {"value": 70, "unit": "kg"}}}"""),
        ];
        var trend = ReadTrend.Of(VitalMeasure.Pulse, entries, truncated: false);
        Assert.Equal([95m, 60m, 72m], trend.Points.Select(p => p.Value));
        Assert.Equal((60m, 95m, 72m), (trend.Min!.Value, trend.Max!.Value, trend.Latest!.Value));
        Assert.Equal(("8867-4", "/min"), (trend.Loinc, trend.Unit));
        var none = ReadTrend.Of(VitalMeasure.Pain, entries, truncated: true);
        Assert.Empty(none.Points);
        Assert.Equal((null, null, true), (none.Min, none.Latest, none.Truncated));
    }

    private static FindingEntry Pulse(int value, int daysAgo) => Recorded.Good(
        $$$"""{"vitalSigns": {"pulse": {"value": {{{value}}}, "unit": "/min"} } }""", at: Recorded.Now.AddDays(-daysAgo));
}
