using System.Text;
using System.Text.Json.Nodes;
using Clinic.Imports;
using Clinic.Testing;
using Xunit;

namespace Clinic.Tests.Imports;

/// <summary>Lines of NDJSON, resources about one patient, revisions, and files beside their references.</summary>
public sealed class PlanningLinesAndLinks
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void A_bundle_on_a_line_is_a_world_of_its_own()
    {
        var (one, other) = (Bundles.Patient(), Bundles.Patient());
        var shared = new JsonObject { ["resourceType"] = "Organization", ["id"] = Bundles.NewId() };
        var plan = Plan(Lines(
            Bundles.Of(one, shared.DeepClone().AsObject()), Bundles.Of(other, shared, Bundles.Observation(one))));

        // The same organisation in both is no duplicate; who is of another line is not known on this one.
        Assert.Empty(plan.Refused);
        Assert.Equal(5, plan.Entries.Count);
        Assert.Equal(
            [Name(one), Name(other)], plan.Entries.Where(e => e.Type == "Organization").Select(e => e.Patient));
        Assert.Equal([0, 1, 2, 3, 4], plan.Entries.Select(e => e.Index).Order());
    }

    [Fact]
    public void Lines_of_resources_refer_to_each_other_by_name_and_by_uuid()
    {
        var patient = Bundles.Patient();
        var (byUuid, byName) = (Bundles.Observation(patient), Bundles.Observation(patient));
        byName["subject"]!["reference"] = Name(patient);
        var plan = Plan(Lines(byUuid, byName, patient));
        Assert.Empty(plan.Refused);
        Assert.All(plan.Entries, e => Assert.Equal(Name(patient), e.Patient));
        Assert.Equal("Patient", plan.Entries[0].Type);
    }

    [Theory]
    [InlineData("{\"resourceType\":\"Observation\",\"id\":\"7\"} {}")]
    [InlineData("{\"resourceType\":")]
    [InlineData("[]")]
    [InlineData("{\"resourceType\":\"Bundle\"}")]
    [InlineData("{\"resourceType\":\"Bundle\",\"entry\":{}}")]
    public void A_bad_line_is_a_finding_of_its_own(string line)
    {
        var patient = Bundles.Patient();
        var plan = Plan(Encoding.UTF8.GetBytes($"{patient.ToJsonString()}\n{{}}\n{line}\n\n"));
        Assert.Single(plan.Entries);
        Assert.Equal(
            ["entry[1].resourceType unknown-type", "entry[2] malformed"], plan.Refused.Select(r => $"{r.Path} {r.Reason}"));
    }

    [Fact]
    public void Too_many_lines_are_refused_as_a_whole()
    {
        var text = string.Concat(Enumerable.Repeat("{}\n", BundleReader.EntriesMax + 1));
        Assert.False(BundlePlan.Make(Encoding.UTF8.GetBytes(text), "import", Today).Holds(out _, out var why));
        Assert.Equal("too-many-entries", why.Code);
    }

    [Fact]
    public void Two_resources_about_one_patient_are_one_patient()
    {
        var (ours, imported, third) = (Bundles.Patient(), Bundles.Patient(), Bundles.Patient());
        ours["link"] = new JsonArray(Link(imported));
        imported["link"] = new JsonArray(Link(third), Link(ours));
        var organization = new JsonObject { ["resourceType"] = "Organization", ["id"] = Bundles.NewId() };
        var plan = Plan(Bundles.Bytes(Bundles.Of(imported, Bundles.Observation(imported), third, organization, ours)));
        Assert.Empty(plan.Refused);
        Assert.Single(plan.Entries.Select(e => e.Patient).Distinct());
        Assert.Single(plan.Entries, e => e.Type == "Organization");
    }

    [Fact]
    public void What_a_provenance_calls_revised_is_a_source()
    {
        var patient = Bundles.Patient();
        var (revised, by, other) = (Bundles.Observation(patient), Bundles.Observation(patient), Bundles.Observation(patient));
        JsonObject Provenance(string role, string what) => new()
        {
            ["resourceType"] = "Provenance", ["id"] = Bundles.NewId(),
            ["target"] = new JsonArray(new JsonObject { ["reference"] = Bundles.UrlOf(by) }),
            ["entity"] = new JsonArray(new JsonObject { ["role"] = role, ["what"] = new JsonObject { ["reference"] = what } }),
        };
        var plan = Plan(Bundles.Bytes(Bundles.Of(
            patient, revised, by, other, Provenance("revision", Bundles.UrlOf(revised)),
            Provenance("source", Bundles.UrlOf(other)))));
        Assert.Equal([(string)revised["id"]!], plan.Entries.Where(e => e.IsSource).Select(e => e.Id));
    }

    [Fact]
    public void A_binary_is_of_whom_the_document_is_that_names_it()
    {
        var (one, other) = (Bundles.Patient(), Bundles.Patient());
        var binary = new JsonObject { ["resourceType"] = "Binary", ["id"] = Bundles.NewId(), ["data"] = "AAAA" };
        var reference = new JsonObject
        {
            ["resourceType"] = "DocumentReference", ["id"] = Bundles.NewId(),
            ["subject"] = new JsonObject { ["reference"] = Bundles.UrlOf(other) },
            ["content"] = new JsonArray(new JsonObject
            {
                ["attachment"] = new JsonObject { ["url"] = Bundles.UrlOf(binary) },
            }),
        };
        var bundle = Bundles.Bytes(Bundles.Of(one, other, binary, reference));
        var plan = Plan(bundle);
        Assert.Equal(Name(other), Assert.Single(plan.Entries, e => e.Type == "Binary").Patient);
        var part = ImportPart.Read(ImportPart.Write(plan.Entries, bundle));
        var attached = Assert.Single(part, e => e.Type == "DocumentReference").Attached;
        Assert.Equal("AAAA", (string)JsonNode.Parse(attached.Span)!["data"]!);
        Assert.All(part.Where(e => e.Type != "DocumentReference"), e => Assert.True(e.Attached.IsEmpty));
    }

    [Fact]
    public void Visits_come_before_what_was_found_at_them_and_reports_behind_their_results()
    {
        var patient = Bundles.Patient();
        JsonObject Of(string type) => new()
        {
            ["resourceType"] = type, ["id"] = Bundles.NewId(),
            ["subject"] = new JsonObject { ["reference"] = Bundles.UrlOf(patient) },
        };
        var bundle = Bundles.Of(Of("DiagnosticReport"), Of("Observation"), Of("Condition"), Of("Encounter"), patient);
        Assert.Equal(
            ["Patient", "Encounter", "Observation", "Condition", "DiagnosticReport"],
            Plan(Bundles.Bytes(bundle)).Entries.Select(e => e.Type));
    }

    private static JsonObject Link(JsonObject patient) => new()
    {
        ["other"] = new JsonObject { ["reference"] = Bundles.UrlOf(patient) }, ["type"] = "seealso",
    };

    private static string Name(JsonObject patient) => $"Patient/{patient["id"]}";

    private static byte[] Lines(params IEnumerable<JsonObject> resources) =>
        Encoding.UTF8.GetBytes(string.Join('\n', resources.Select(r => r.ToJsonString())));

    private static BundlePlan Plan(byte[] file)
    {
        Assert.True(BundlePlan.Make(file, "import", Today).Holds(out var plan, out var why), why?.Code);
        return plan!;
    }
}
