using Clinic.Chart;
using Clinic.Platform.Access;
using Xunit;

namespace Clinic.Tests.Chart.Findings;

public sealed class AllergyRules
{
    private const string State = """ "clinicalStatus": "active", "verificationStatus": "confirmed" """;
    private const string Snomed = "http://snomed.info/sct";
    private const string None = """ "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]} """;
    private const string Drug = """ "code": {"text": "Penicillin"}, "category": "medication" """;
    private const string Penicillin = $$$"""{"allergy": { {{{Drug}}}, {{{State}}} } }""";
    private const string NoneKnown = $$$"""{"allergy": { {{{None}}}, {{{State}}} } }""";

    [Theory]
    [InlineData($$$""" "code": {"text": "Penicillin"}, "category": "medication", {{{State}}} """, null)]
    [InlineData($$$""" {{{Drug}}}, {{{State}}}, "criticality": "unable-to-assess" """, null)]
    [InlineData($$$""" {{{Drug}}}, {{{State}}}, "reaction": [{"manifestation": {"text": "Urticaria"}, "severity": "severe"}] """,
        null)]
    [InlineData($$$""" {{{None}}}, {{{State}}} """, null)]
    [InlineData($$$""" {{{None}}}, {{{State}}}, "category": "food" """, "allergy")]
    [InlineData($$$""" {{{None}}}, {{{State}}}, "criticality": "low" """, "allergy")]
    [InlineData($$$""" {{{None}}}, {{{State}}}, "reaction": [{"manifestation": {"text": "Urticaria"}}] """, "allergy")]
    [InlineData($$$""" "code": {"text": "Penicillin"}, {{{State}}} """, null)]
    [InlineData($$$""" "code": {"text": "Egg"}, "category": "food", {{{State}}}, "reaction": [] """, "allergy.reaction")]
    [InlineData($$$""" "code": {"text": "Egg"}, "category": "food", {{{State}}}, "reaction": [{"manifestation": {}}] """,
        "allergy.reaction[0].manifestation")]
    [InlineData($$$""" "category": "food", {{{State}}}, "code": {"coding": [{"system": "{{{Snomed}}}", "code": "716186004"}]} """,
        "allergy.code.coding[0].code")]
    public void An_allergy_holds_its_rules(string members, string? broken) =>
        Recorded.Holds($$$"""{"allergy": { {{{members}}} } }""", broken);

    [Fact]
    public void None_known_and_one_in_force_contradict_each_other()
    {
        var (penicillin, none) = (Recorded.Good(Penicillin), Recorded.Good(NoneKnown));
        Refused("allergy-in-force", After(AllergyStanding.None, penicillin), none);
        Refused("no-known-allergy", After(AllergyStanding.None, none), penicillin);
    }

    [Theory]
    [InlineData("\"clinicalStatus\": \"resolved\", \"verificationStatus\": \"confirmed\"")]
    [InlineData("\"clinicalStatus\": \"inactive\", \"verificationStatus\": \"unconfirmed\"")]
    [InlineData("\"clinicalStatus\": \"active\", \"verificationStatus\": \"refuted\"")]
    public void What_nobody_must_reckon_with_contradicts_nothing(string state)
    {
        var over = Recorded.Good($$$"""{"allergy": { {{{Drug}}}, {{{state}}} } }""");
        var standing = After(After(AllergyStanding.None, Recorded.Good(NoneKnown)), over);
        Assert.Single(standing.Ids.NoneKnown);
        Assert.Empty(standing.Ids.InForce);
    }

    [Fact]
    public void A_retraction_or_an_end_makes_way()
    {
        var (penicillin, none) = (Recorded.Good(Penicillin), Recorded.Good(NoneKnown));
        var standing = After(AllergyStanding.None, penicillin);
        var retracted = penicillin with { Row = penicillin.Row with { Status = ChartItem.EnteredInError } };
        standing = After(After(standing, retracted), none);
        Assert.Equal([none.Row.Id], standing.Ids.NoneKnown);
        Assert.Empty(standing.Ids.InForce);
        Assert.Equal(3, standing.Version);
    }

    [Fact]
    public void An_entry_counts_once_and_they_have_a_limit()
    {
        var standing = After(After(AllergyStanding.None, Recorded.Good(Penicillin)), Recorded.Good(Penicillin));
        Assert.Equal(2, standing.Ids.InForce.Count);
        var penicillin = Recorded.Good(Penicillin);
        Assert.Single(After(After(AllergyStanding.None, penicillin), penicillin).Ids.InForce);

        var full = new AllergyStanding(1, new AllergyIds(
            [.. Enumerable.Range(0, AllergyStanding.EntriesMax).Select(_ => EntryIds.New(Recorded.At))], []));
        Refused("too-many-allergies", full, penicillin);
    }

    private static AllergyStanding After(AllergyStanding before, FindingEntry entry)
    {
        Assert.True(before.After(entry).Holds(out var after, out _));
        return after;
    }

    private static void Refused(string code, AllergyStanding before, FindingEntry entry)
    {
        Assert.False(before.After(entry).Holds(out _, out var why));
        Assert.Equal((409, code), (why.Status, why.Code));
    }
}
