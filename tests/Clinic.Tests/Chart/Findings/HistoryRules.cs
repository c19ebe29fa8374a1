using Xunit;

namespace Clinic.Tests.Chart.Findings;

/// <summary>Medication, family history, immunizations and procedures.</summary>
public sealed class HistoryRules
{
    private const string Metformin = """ "medication": {"coding": [{"system": "http://www.whocc.no/atc", "code": "A10BA02"}]} """;
    private const string Diabetes = """{"code": {"text": "Diabetes"}}""";
    private const string Bcg = """ "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "19"}]} """;
    private const string Snomed = "http://snomed.info/sct";
    private const string Appendectomy = """ "code": {"coding": [{"system": "http://snomed.info/sct", "code": "80146002"}]} """;

    [Theory]
    [InlineData($$$""" {{{Metformin}}}, "status": "active", "dose": "500 mg", "frequency": "daily", "start": "2020-01-01" """,
        null)]
    [InlineData(
        $$$""" {{{Metformin}}}, "status": "active", "route": {"coding": [{"system": "{{{Snomed}}}", "code": "26643006"}]} """,
        null)]
    [InlineData($$$""" {{{Metformin}}}, "status": "active", "end": "2027-12-31" """, null)]
    [InlineData($$$""" {{{Metformin}}}, "status": "intended", "start": "2026-12-24" """, null)]
    [InlineData($$$""" {{{Metformin}}}, "status": "stopped", "start": "2020-01-01", "end": "2020-01-01" """, null)]
    [InlineData(""" "medication": {"coding": [{"system": "http://www.whocc.no/atc", "code": "A10BA2"}]}, "status": "active" """,
        "medication.medication.coding[0].code")]
    [InlineData($$$""" {{{Metformin}}}, "status": "active", "start": "2026-12-24" """, "medication.start")]
    [InlineData($$$""" {{{Metformin}}}, "status": "active", "start": "1986-03-08" """, "medication.start")]
    [InlineData($$$""" {{{Metformin}}}, "status": "stopped", "start": "2020-01-02", "end": "2020-01-01" """, "medication.end")]
    [InlineData($$$""" {{{Metformin}}}, "status": "completed", "end": "2027-12-31" """, "medication.end")]
    [InlineData($$$""" {{{Metformin}}}, "status": "completed", "end": "1986-03-08" """, "medication.end")]
    [InlineData($$$""" {{{Metformin}}}, "status": "active", "dose": "" """, "medication.dose")]
    [InlineData($$$""" {{{Metformin}}}, "status": "active", "frequency": "a\nb" """, "medication.frequency")]
    [InlineData($$$""" {{{Metformin}}}, "status": "active", "route": {} """, "medication.route")]
    public void A_medication_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"medication": { {{{members}}} } }""", broken);

    [Theory]
    [InlineData($$$""" "relationship": "mother", "condition": [{{{Diabetes}}}], "deceased": true """, null)]
    [InlineData(""" "relationship": "paternal-uncle", "condition": [{"code": {"text": "Stroke"}, "onsetAgeYears": 61}] """, null)]
    [InlineData(""" "relationship": "mother", "condition": [] """, "familyHistory.condition")]
    [InlineData(""" "relationship": "mother", "condition": [{"code": {}}] """, "familyHistory.condition[0].code")]
    [InlineData(
        $$$""" "relationship": "mother", "condition": [{{{Diabetes}}}, {"code": {"text": "Stroke"}, "onsetAgeYears": 126}] """,
        "familyHistory.condition[1].onsetAgeYears")]
    [InlineData($$$""" "relationship": "mother", "condition": [{{{Diabetes}}}], "note": "" """, "familyHistory.note")]
    public void A_family_history_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"familyHistory": { {{{members}}} } }""", broken);

    [Fact]
    public void A_family_history_has_at_most_twenty_conditions()
    {
        var many = string.Join(',', Enumerable.Repeat(Diabetes, 21));
        Recorded.Holds(
            $$$"""{"familyHistory": { "relationship": "son", "condition": [{{{many}}}] } }""", "familyHistory.condition");
    }

    [Theory]
    [InlineData($$$""" {{{Bcg}}}, "status": "completed", "doseNumber": 1, "lotNumber": "AB-1", "expirationDate": "2026-11-22" """,
        null)]
    [InlineData($$$""" {{{Bcg}}}, "status": "not-done", "statusReason": "She had a fever." """, null)]
    [InlineData($$$""" {{{Bcg}}}, "status": "not-done" """, "immunization.statusReason")]
    [InlineData($$$""" {{{Bcg}}}, "status": "completed", "statusReason": "She had a fever." """, "immunization.statusReason")]
    [InlineData($$$""" {{{Bcg}}}, "status": "not-done", "statusReason": "Fever.", "lotNumber": "AB-1" """, "immunization")]
    [InlineData($$$""" {{{Bcg}}}, "status": "completed", "doseNumber": 0 """, "immunization.doseNumber")]
    [InlineData($$$""" {{{Bcg}}}, "status": "completed", "doseNumber": 21 """, "immunization.doseNumber")]
    [InlineData($$$""" {{{Bcg}}}, "status": "completed", "expirationDate": "2026-11-20" """, "immunization.expirationDate")]
    [InlineData($$$""" {{{Bcg}}}, "status": "completed", "site": {} """, "immunization.site")]
    [InlineData(
        """ "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "BCG"}]}, "status": "completed" """,
        "immunization.vaccineCode.coding[0].code")]
    public void An_immunization_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"immunization": { {{{members}}} } }""", broken);

    [Theory]
    [InlineData(
        $$$""" {{{Appendectomy}}}, "status": "completed", "outcome": {"text": "Healed"}, "bodySite": {"text": "Belly"} """,
        null)]
    [InlineData($$$""" {{{Appendectomy}}}, "status": "in-progress" """, null)]
    [InlineData($$$""" {{{Appendectomy}}}, "status": "in-progress", "outcome": {"text": "Healed"} """, "procedure.outcome")]
    [InlineData(""" "code": {"coding": [{"system": "http://snomed.info/sct", "code": "80146003"}]}, "status": "completed" """,
        "procedure.code.coding[0].code")]
    [InlineData($$$""" {{{Appendectomy}}}, "status": "completed", "bodySite": {} """, "procedure.bodySite")]
    public void A_procedure_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"procedure": { {{{members}}} } }""", broken);
}
