using System.Text;
using System.Text.Json.Nodes;
using Clinic.Imports;
using Clinic.Testing;
using Xunit;

namespace Clinic.Tests.Imports;

public sealed class BundlePlanTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void A_real_bundle_is_read_whole_patient_first_and_the_rest_is_hers()
    {
        var plan = Plan(Bundles.BrettGottlieb);
        Assert.Equal(96, plan.Entries.Count);
        Assert.Empty(plan.Refused);
        Assert.Equal("Patient", plan.Entries[0].Type);
        Assert.Single(plan.Entries.Select(e => e.Patient).Distinct());
        Assert.Equal(40, plan.Counts["Observation"].Read);
        Assert.Equal(plan.Entries.Count, plan.Parts.Sum(p => p.Count));
    }

    [Fact]
    public void The_same_bytes_give_the_same_plan()
    {
        var (one, other) = (Plan(Bundles.LuigiWiegand), Plan(Bundles.LuigiWiegand));
        Assert.Equal(one.Entries, other.Entries);
        Assert.Equal(one.Parts, other.Parts);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(5, 5, 0)]
    [InlineData(6, 0, 1)]
    public void What_is_about_nobody_is_kept_with_each_of_a_few_patients(int patients, int copies, int refused)
    {
        var people = Enumerable.Range(0, patients).Select(_ => Bundles.Patient());
        var plan = Plan(Bundles.Bytes(Bundles.Of([Organization(), .. people])));
        var kept = plan.Entries.Where(e => e.Type == "Organization").ToList();
        Assert.Equal(copies, kept.Count);
        Assert.Equal(Math.Max(0, copies - 1), kept.Count(e => e.IsCopy));
        Assert.Equal(refused, plan.Refused.Count);
        Assert.Equal(1, plan.Counts["Organization"].Read);
    }

    [Fact]
    public void Entries_of_one_patient_stand_together_and_parts_are_bounded()
    {
        var (one, other) = (Bundles.Patient(), Bundles.Patient());
        var mixed = Enumerable.Range(0, 1_200).Select(n => Bundles.Observation(n % 2 == 0 ? one : other));
        var plan = Plan(Bundles.Bytes(Bundles.Of([one, .. mixed, other])));
        var owners = plan.Entries.Where(e => e.Type != "Patient").Select(e => e.Patient).ToList();
        Assert.Equal(1, owners.Zip(owners.Skip(1)).Count(pair => pair.First != pair.Second));
        Assert.All(plan.Parts, p => Assert.InRange(p.Count, 1, BundlePlan.PartEntriesMax));
        Assert.Equal(0, plan.Parts[0].First);
        Assert.Equal(plan.Entries.Count, plan.Parts.Sum(p => p.Count));
    }

    [Fact]
    public void Large_resources_stand_in_parts_of_their_own()
    {
        var patient = Bundles.Patient();
        var plan = Plan(Bundles.Bytes(Bundles.Of(
            [patient, .. Enumerable.Range(0, 4).Select(_ => Bundles.Observation(patient, new string('x', 700_000)))])));
        Assert.Equal(4, plan.Parts.Count);
    }

    [Theory]
    [InlineData("import", "7", "source-needed")]
    [InlineData("old-system", "7", null)]
    [InlineData("import", "024b1b9b-57bc-4fae-9839-fa0656246b41", null)]
    [InlineData("old-system", "", "bad-id")]
    [InlineData("old-system", "a/b", "bad-id")]
    [InlineData("old-system", "a b", "bad-id")]
    public void Ids_that_two_sources_could_share_need_a_source(string source, string id, string? reason)
    {
        var plan = Plan(Bundles.Bytes(Bundles.Of(Bundles.Patient(id: id))), source);
        Assert.Equal(reason, plan.Refused.SingleOrDefault()?.Reason);
    }

    [Fact]
    public void Two_patients_under_one_address_are_one_too_many()
    {
        var bundle = Bundles.Of(Bundles.Patient(), Bundles.Patient());
        bundle["entry"]![1]!["fullUrl"] = bundle["entry"]![0]!["fullUrl"]!.GetValue<string>();
        var refused = Assert.Single(Plan(Bundles.Bytes(bundle)).Refused);
        Assert.Equal((1, "entry[1].fullUrl", "patient-ambiguous"), (refused.Entry, refused.Path, refused.Reason));
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle"}""", "not-a-bundle")]
    [InlineData("""{"entry":[]}""", "not-a-bundle")]
    [InlineData("""{"resourceType":"Bundle","entry":{}}""", "not-a-bundle")]
    [InlineData("""{"resourceType":["Bundle"],"entry":[]}""", "not-a-bundle")]
    [InlineData("[]", "not-a-bundle")]
    [InlineData("null", "not-a-bundle")]
    [InlineData("", "malformed-json")]
    [InlineData("""{"resourceType":"Bundle","entry":[]} {}""", "malformed-json")]
    [InlineData("""{"resourceType":"Bundle","entry":[],}""", "malformed-json")]
    public void What_is_no_bundle_is_refused_as_a_whole(string text, string code)
    {
        Assert.False(BundlePlan.Make(Encoding.UTF8.GetBytes(text), "import", Today).Holds(out _, out var why));
        Assert.Equal(code, why.Code);
    }

    [Theory]
    [InlineData("""{"resource":{"a":1},"resource":{"b":2}}""", "duplicate-member")]
    [InlineData("""{"fullUrl":"a","fullUrl":"b","resource":{}}""", "duplicate-member")]
    [InlineData("""{"resource":[]}""", "not-an-object")]
    [InlineData("""{"resource":"x"}""", "not-an-object")]
    [InlineData("{}", "no-resource")]
    [InlineData("[[]]", "not-an-object")]
    [InlineData("7", "not-an-object")]
    [InlineData("""{"resource":{"resourceType":"Observation","resourceType":"Patient"}}""", "duplicate-member")]
    [InlineData("""{"resource":{"resourceType":"observation","id":"a"}}""", "unknown-type")]
    [InlineData("""{"resource":{"resourceType":"\ud800","id":"a"}}""", "unknown-type")]
    [InlineData("""{"resource":{"resourceType":"Observation","id":"\ud800"}}""", "bad-id")]
    [InlineData("""{"resource":{"resourceType":7}}""", "unknown-type")]
    public void A_bad_entry_is_a_finding_of_its_own(string entry, string reason)
    {
        var text = $$"""{"resourceType":"Bundle","entry":[{{entry}}]}""";
        var plan = Plan(Encoding.UTF8.GetBytes(text));
        Assert.Equal(reason, Assert.Single(plan.Refused).Reason);
        Assert.Empty(plan.Entries);
    }

    [Fact]
    public void Entries_are_found_at_their_bytes_also_behind_a_byte_order_mark()
    {
        var plain = Bundles.Bytes(Bundles.Of(Bundles.Patient()));
        byte[] marked = [0xEF, 0xBB, 0xBF, .. plain];
        var entry = Assert.Single(Plan(marked).Entries);
        var resource = JsonNode.Parse(marked.AsSpan(entry.Start, entry.Length));
        Assert.Equal(entry.Id, resource!["id"]!.GetValue<string>());
    }

    [Fact]
    public void A_part_gives_back_each_entry_with_its_very_bytes()
    {
        var plan = Plan(Bundles.LuigiWiegand);
        var part = ImportPart.Read(ImportPart.Write(plan.Entries, Bundles.LuigiWiegand));
        Assert.Equal(plan.Entries.Count, part.Count);
        Assert.All(part.Zip(plan.Entries), pair =>
        {
            Assert.Equal(
                (pair.Second.Index, pair.Second.Id, pair.Second.FullUrl), (pair.First.Index, pair.First.Id, pair.First.FullUrl));
            Assert.True(pair.First.Json.Span.SequenceEqual(Bundles.LuigiWiegand.AsSpan(pair.Second.Start, pair.Second.Length)));
        });
    }

    private static JsonObject Organization() => new() { ["resourceType"] = "Organization", ["id"] = Bundles.NewId() };

    private static BundlePlan Plan(byte[] bundle, string source = "import")
    {
        Assert.True(BundlePlan.Make(bundle, source, Today).Holds(out var plan, out var why), why?.Code);
        return plan!;
    }
}
