using Xunit;

namespace Clinic.Tests.Chart.Findings;

public sealed class ConditionRules
{
    private const string Asthma = """ "code": {"text": "Asthma"} """;
    private const string Active = """ "clinicalStatus": "active", "verificationStatus": "confirmed" """;
    private const string Over = """ "clinicalStatus": "resolved", "verificationStatus": "confirmed" """;
    private const string Icd = "http://hl7.org/fhir/sid/icd-10";

    [Theory]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}} """, null)]
    [InlineData($$$""" "code": {"coding": [{"system": "{{{Icd}}}", "code": "J45.9"}]}, {{{Active}}} """, null)]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "onset": {"ageYears": 12}, "severity": "mild" """, null)]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "note": "Two\nlines." """, null)]
    [InlineData($$$""" {{{Asthma}}}, {{{Over}}}, "onset": {"date": "2001-02-03"}, "abatement": {"date": "2001-02-03"} """, null)]
    [InlineData($$$""" "code": {}, {{{Active}}} """, "condition.code")]
    [InlineData($$$""" "code": {"text": " "}, {{{Active}}} """, "condition.code.text")]
    [InlineData($$$""" "code": {"coding": []}, {{{Active}}} """, "condition.code condition.code.coding")]
    [InlineData($$$""" "code": {"coding": [{"system": "{{{Icd}}}", "code": "J4"}]}, {{{Active}}} """,
        "condition.code.coding[0].code")]
    [InlineData($$$""" "code": {"coding": [{"system": "http://loinc.org", "code": "8310-5"}]}, {{{Active}}} """,
        "condition.code.coding[0].system")]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "onset": {} """, "condition.onset")]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "onset": {"date": "2001-02-03", "ageYears": 14} """, "condition.onset")]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "onset": {"date": "2026-11-24"} """, "condition.onset.date")]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "onset": {"date": "1986-03-08"} """, "condition.onset.date")]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "onset": {"ageYears": 41} """, "condition.onset.ageYears")]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "onset": {"ageYears": -1} """, "condition.onset.ageYears")]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "abatement": {"ageYears": 13} """, "condition.abatement")]
    [InlineData($$$""" {{{Asthma}}}, {{{Over}}}, "onset": {"date": "2001-02-03"}, "abatement": {"date": "2001-02-02"} """,
        "condition.abatement.date")]
    [InlineData($$$""" {{{Asthma}}}, {{{Over}}}, "onset": {"ageYears": 12}, "abatement": {"ageYears": 11} """,
        "condition.abatement.ageYears")]
    [InlineData($$$""" {{{Asthma}}}, {{{Active}}}, "note": "a\u0007b" """, "condition.note")]
    public void A_condition_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"condition": { {{{members}}} } }""", broken);

    [Fact]
    public void Limits_have_names()
    {
        var (text, note) = (new string('a', 301), new string('a', 2_001));
        Recorded.Holds($$$"""{"condition": { "code": {"text": "{{{text}}}"}, {{{Active}}} } }""", "condition.code.text");
        Recorded.Holds($$$"""{"condition": { {{{Asthma}}}, {{{Active}}}, "note": "{{{note}}}" } }""", "condition.note");
        var six = string.Join(',', Enumerable.Repeat($$$"""{"system": "{{{Icd}}}", "code": "J45.9"}""", 6));
        Recorded.Holds($$$"""{"condition": { "code": {"coding": [{{{six}}}]}, {{{Active}}} } }""", "condition.code.coding");
    }
}
