using Xunit;

namespace Clinic.Tests.Chart.Findings;

/// <summary>Reports of laboratories, other observations, plans of care.</summary>
public sealed class PlanAndReportRules
{
    private const string Panel = """ "code": {"text": "Blood count"}, "status": "final" """;
    private const string One = "0198c5d2-7a00-7000-8000-000000000001";
    private const string Habit = """ "category": "social-history", "code": {"text": "Tobacco"}, "status": "final" """;
    private const string Plan = """ "category": {"text": "Physiotherapy"}, "status": "active" """;

    [Theory]
    [InlineData($$$""" {{{Panel}}}, "results": ["{{{One}}}"] """, null)]
    [InlineData($$$""" {{{Panel}}}, "conclusion": "Anaemia." """, null)]
    [InlineData($$$""" {{{Panel}}} """, "labReport")]
    [InlineData($$$""" {{{Panel}}}, "results": [] """, "labReport.results")]
    [InlineData($$$""" {{{Panel}}}, "results": ["{{{One}}}", "{{{One}}}"] """, "labReport.results")]
    [InlineData("""
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "1"}]}, "status": "final", "conclusion": "x"
        """, "labReport.code.coding[0].system")]
    public void A_report_of_a_laboratory_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"labReport": { {{{members}}} } }""", broken);

    [Theory]
    [InlineData($$$""" {{{Habit}}}, "valueString": "Never" """, null)]
    [InlineData($$$""" {{{Habit}}}, "valueQuantity": {"value": 22.5, "unit": "kg/m2"} """, null)]
    [InlineData($$$""" {{{Habit}}}, "valueCodeableConcept": {"text": "Never"} """, null)]
    [InlineData($$$""" {{{Habit}}} """, "observation")]
    [InlineData($$$""" {{{Habit}}}, "valueString": "Never", "valueCodeableConcept": {"text": "Never"} """, "observation")]
    [InlineData(""" "category": "survey", "code": {}, "status": "final", "valueString": "x" """, "observation.code")]
    public void Another_observation_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"observation": { {{{members}}} } }""", broken);

    [Theory]
    [InlineData($$$""" {{{Plan}}}, "start": "2024-05-01", "end": "2024-06-01" """, null)]
    [InlineData($$$""" {{{Plan}}}, "activity": [{"code": {"text": "Stretching"}, "status": "not-started"}] """, null)]
    [InlineData($$$""" {{{Plan}}}, "start": "2024-05-02", "end": "2024-05-01" """, "carePlan.end")]
    [InlineData($$$""" {{{Plan}}}, "start": "1850-05-02" """, "carePlan.start")]
    [InlineData($$$""" {{{Plan}}}, "activity": [] """, "carePlan.activity")]
    [InlineData($$$""" {{{Plan}}}, "activity": [{"code": {}, "status": "scheduled"}] """, "carePlan.activity[0].code")]
    public void A_plan_of_care_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"carePlan": { {{{members}}} } }""", broken);
}
