using System.Text.Json;
using Clinic.Chart;
using Xunit;

namespace Clinic.Tests.Chart.Findings;

/// <summary>Results of laboratories and of imaging.</summary>
[Trait("Promise", "CLN-7")]
public sealed class ResultRules
{
    private const string Test = """ "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}, "status": "final" """;
    private const string Ct = """ "modality": "CT", "status": "final" """;
    private const string Value = """ "valueQuantity": {"value": 9.40, "unit": "g/dL"} """;
    private const string Range = """ "referenceRange": {"low": 12.0, "high": 15.5} """;

    [Theory]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, {{{Range}}} """, null)]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, {{{Range}}}, "interpretation": "LL" """, null)]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, {{{Range}}}, "interpretation": "A" """, null)]
    [InlineData($$$""" {{{Test}}}, "valueString": "Not seen." """, null)]
    [InlineData($$$""" {{{Test}}}, "valueCodeableConcept": {"text": "Positive"}, "referenceRange": {"text": "none"} """, null)]
    [InlineData($$$""" {{{Test}}}, "valueQuantity": {"value": 0.1, "unit": "mg/L", "comparator": "<"} """, null)]
    [InlineData($$$""" {{{Test}}} """, "labResult")]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, "valueString": "9.40" """, "labResult")]
    [InlineData(
        """ "code": {"coding": [{"system": "http://loinc.org", "code": "718-8"}]}, "status": "final", "valueString": "x" """,
        "labResult.code.coding[0].code")]
    [InlineData($$$""" {{{Test}}}, "valueQuantity": {"value": 1000000000000, "unit": "1"} """, "labResult.valueQuantity.value")]
    [InlineData($$$""" {{{Test}}}, "valueQuantity": {"value": 0.1234567, "unit": "1"} """, "labResult.valueQuantity.value")]
    [InlineData($$$""" {{{Test}}}, "valueQuantity": {"value": 1, "unit": "g per dL"} """, "labResult.valueQuantity.unit")]
    [InlineData($$$""" {{{Test}}}, "valueQuantity": {"value": 1, "unit": ""} """, "labResult.valueQuantity.unit")]
    [InlineData($$$""" {{{Test}}}, "valueQuantity": {"value": 1, "unit": "g", "comparator": "~"} """,
        "labResult.valueQuantity.comparator")]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, "referenceRange": {} """, "labResult.referenceRange")]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, "referenceRange": {"low": 15.5, "high": 12} """, "labResult.referenceRange.high")]
    [InlineData($$$""" {{{Test}}}, "valueString": "x", "referenceRange": {"low": 1} """, "labResult.referenceRange")]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, "interpretation": "low" """, "labResult.interpretation")]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, {{{Range}}}, "interpretation": "N" """, "labResult.interpretation")]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, {{{Range}}}, "interpretation": "HH" """, "labResult.interpretation")]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, "specimen": "" """, "labResult.specimen")]
    [InlineData($$$""" {{{Test}}}, {{{Value}}}, "performer": " " """, "labResult.performer")]
    public void A_laboratory_result_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"labResult": { {{{members}}} } }""", broken);

    [Theory]
    [InlineData("11.9", "\"low\": 12, \"high\": 15.5", null, "L")]
    [InlineData("12", "\"low\": 12, \"high\": 15.5", null, "N")]
    [InlineData("15.5", "\"low\": 12, \"high\": 15.5", null, "N")]
    [InlineData("15.6", "\"low\": 12, \"high\": 15.5", null, "H")]
    [InlineData("15.6", "\"high\": 15.5", null, "H")]
    [InlineData("15.5", "\"high\": 15.5", null, null)]
    [InlineData("15.6", "\"low\": 12", null, null)]
    [InlineData("15.6", "\"text\": \"12 to 15.5\"", null, null)]
    [InlineData("11.9", "\"low\": 12, \"high\": 15.5", "LL", "LL")]
    [InlineData("13", "\"low\": 12, \"high\": 15.5", "A", "A")]
    public void Its_flag_is_the_laboratorys_or_worked_out_of_the_range(
        string value, string range, string? given, string? expected)
    {
        var interpretation = given is null ? "" : $", \"interpretation\": \"{given}\"";
        var entry = Recorded.Good($$$"""
            {"labResult": { {{{Test}}}, "valueQuantity": {"value": {{{value}}}, "unit": "g/dL"}, "referenceRange": { {{{range}}} }
            {{{interpretation}}} } }
            """);
        Assert.Equal(expected, entry.Body.Derived?.Interpretation);
    }

    [Theory]
    [InlineData("9.40")]
    [InlineData("0.000001")]
    [InlineData("-3")]
    [InlineData("999999999999.999999")]
    [InlineData("0.30")]
    public void A_number_keeps_its_digits(string number)
    {
        var entry = Recorded.Good(
            $$$"""{"labResult": { {{{Test}}}, "valueQuantity": {"value": {{{number}}}, "unit": "g/dL"} } }""");
        var stored = JsonSerializer.Serialize(entry.Body, ChartJson.Default.FindingBody);
        Assert.Contains($"\"value\":{number},", stored, StringComparison.Ordinal);
        var read = JsonSerializer.Deserialize(stored, ChartJson.Default.FindingBody)!;
        Assert.Contains($"\"value\":{number},", JsonSerializer.Serialize(read, ChartJson.Default.FindingBody),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "modality": "CT", "status": "final", "report": "No <script>alert(1)</script> fracture." """, null)]
    [InlineData(""" "modality": "US", "status": "registered", "bodySite": {"text": "Abdomen"} """, null)]
    [InlineData(""" "modality": "XX", "status": "registered" """, "imagingResult.modality")]
    [InlineData(""" "modality": "ct", "status": "registered" """, "imagingResult.modality")]
    [InlineData(""" "modality": "CT", "status": "final" """, "imagingResult.report")]
    [InlineData(""" "modality": "CT", "status": "corrected", "conclusion": "Healed." """, "imagingResult.report")]
    [InlineData(""" "modality": "CT", "status": "partial", "conclusion": "" """, "imagingResult.conclusion")]
    [InlineData(""" "modality": "CT", "status": "partial", "bodySite": {} """, "imagingResult.bodySite")]
    public void An_imaging_result_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"imagingResult": { {{{members}}} } }""", broken);

    /// <summary>In the worst script: the row holds it, so that a list costs no call for each.</summary>
    [Fact]
    public void The_longest_report_does_not_spill_out_of_its_row()
    {
        var (report, conclusion) = (new string('क', 8_000), new string('क', 1_000));
        var entry = Recorded.Good($$$"""
            {"imagingResult": { {{{Ct}}}, "report": "{{{report}}}", "conclusion": "{{{conclusion}}}" } }
            """);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(entry.Body, ChartJson.Default.FindingBody);
        Assert.InRange(bytes.Length, 9_000, Clinic.Platform.Store.SealedSpill.RowBytesMax - 1_024);
        Recorded.Holds(
            $$$"""{"imagingResult": { {{{Ct}}}, "report": "{{{report}}}क" } }""", "imagingResult.report");
    }
}
