using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.MergeSteps;

namespace Clinic.ScenarioTests;

/// <summary>
/// A merge, a death or an erasure between the read and the write of something of hers: a condition of that write sees it, and
/// whoever loses learns what it met.
/// </summary>
[Trait("Promise", "CLN-1")]
public sealed class WritingAsARecordChanges
{
    [Fact]
    public async Task What_is_written_as_her_record_is_merged_is_refused_and_says_where_she_is()
    {
        var (app, clinic, into, path) = await Two();
        foreach (var (name, act) in await Writes(app, clinic, path))
        {
            var (version, intoVersion) = (await Version(clinic, path), await Version(clinic, into));
            var before = (await app.Raw.Places(clinic.Id, CloudParts.Records, Area(path))).Order().ToList();
            Answered answer;
            using (Meanwhile(app, clinic, WritesOf(path), () => Merge(clinic.Owner, path, into, version, intoVersion)))
            {
                answer = await act();
            }

            Assert.True(answer.Status == HttpStatusCode.Conflict, $"{name}: {answer.Status} {answer.Text}");
            Assert.Equal(
                (name, "patient-merged", IdOf(into), version + 1),
                (name, answer.ProblemCode, answer.Json["into"]!.GetValue<string>(), answer.Json["version"]!.GetValue<int>()));
            Assert.NotNull(answer.Json["changedAt"]);
            Assert.NotNull(answer.Json["changedBy"]);
            (await Undo(clinic.Owner, path, $"\"{version + 1}\"")).Expect(HttpStatusCode.OK);
            var grown = (await app.Raw.Places(clinic.Id, CloudParts.Records, Area(path))).Except(before);
            Assert.All(grown, place => Assert.Contains("|VER#", place, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task No_known_allergy_is_not_said_as_a_record_with_one_is_merged_into_hers()
    {
        var (app, clinic, into, merged) = await Two();
        var at = app.Clock.GetUtcNow();
        await clinic.Owner.Record(merged, "allergy", Charts.Allergy(Charts.Word()), at);
        using (Meanwhile(app, clinic, WritesOf(into), () => Merge(clinic.Owner, merged, into)))
        {
            (await clinic.Owner.Post(into + "/chart", Charts.Entry("allergy", Charts.NoKnownAllergy(), at)))
                .ExpectProblem(HttpStatusCode.Conflict, "allergy-in-force");
        }

        Assert.Single(await Entries(clinic.Owner, into + "/chart"));
    }

    [Fact]
    public async Task A_visit_is_neither_planned_nor_opened_as_her_death_is_recorded()
    {
        var (app, clinic, path) = await VisitSteps.Known();
        var planned = (await VisitSteps.Plan(clinic.Owner, path)).Headers.Location!.ToString();
        var version = 1;
        Func<Task<Answered>>[] acts =
        [
            () => clinic.Owner.Post(path + "/visits", new JsonObject { ["visit"] = VisitSteps.Form(), ["open"] = false }),
            () => clinic.Owner.Post(path + "/visits", new JsonObject { ["visit"] = VisitSteps.Form(), ["open"] = true }),
            () => VisitSteps.Act(clinic.Owner, planned + "/opening", "\"1\"", null),
        ];
        foreach (var act in acts)
        {
            await Amend(null);
            using (Meanwhile(app, clinic, WritesOf(path), () => Amend(app.Clock.GetUtcNow().AddDays(-2))))
            {
                (await act()).ExpectProblem(HttpStatusCode.Conflict, "patient-deceased");
            }
        }

        Assert.Equal("planned", Assert.Single(await Entries(clinic.Owner, path + "/chart"))!["status"]!.GetValue<string>());

        async Task Amend(DateTimeOffset? death)
        {
            var form = Samples.Registration()["patient"]!;
            form["deceased"] = death is { } on ? new JsonObject { ["on"] = on.ToString("yyyy-MM-dd") } : null;
            (await clinic.Owner.Put(path, form, $"\"{version++}\"")).Expect(HttpStatusCode.OK);
        }
    }

    /// <summary>Most amendments change nothing that a write is decided by: it is decided again, and done.</summary>
    [Fact]
    public async Task An_amendment_of_her_address_at_the_same_moment_refuses_nothing_and_costs_one_more_try()
    {
        var (app, clinic, path) = await VisitSteps.Known();
        var (tries, version) = (0, 1);
        using var counted = app.Gate.Before(call =>
        {
            tries += call.Tenant == clinic.Id && WritesOf(path)(call) ? 1 : 0;
            return Task.CompletedTask;
        });
        await VisitSteps.Plan(clinic.Owner, path, open: true);
        Assert.Equal(1, tries);
        using (Meanwhile(app, clinic, WritesOf(path), async () =>
            (await clinic.Owner.Put(path, Samples.Registration()["patient"]!, $"\"{version++}\"")).Expect(HttpStatusCode.OK)))
        {
            await VisitSteps.Plan(clinic.Owner, path, open: true);
        }

        // The first plan, the amendment, and the second plan twice.
        Assert.Equal(4, tries);
        Assert.Equal(2, (await Entries(clinic.Owner, path + "/chart")).Count);
    }

    [Fact]
    public async Task What_an_import_would_write_as_she_is_merged_is_refused_by_name_and_not_written()
    {
        var (app, clinic, into) = await VisitSteps.Known();
        var (patient, path) = await Imported(clinic);
        var more = Bundles.Of(patient.DeepClone().AsObject(), Bundles.Observation(patient, "Tremor-" + Charts.Word()));
        JsonNode report;
        using (Meanwhile(app, clinic, WritesOf(path), () => Merge(clinic.Owner, path, into)))
        {
            report = await clinic.Owner.Import(Bundles.Bytes(more));
        }

        Assert.Equal(2, report["total"]!["refused"]!.GetValue<int>());
        Assert.Equal(["patient-merged", "patient-merged"], await Reasons(clinic, report));
        Assert.DoesNotContain(
            await app.Raw.Places(clinic.Id, CloudParts.Records, Area(path)),
            place => place.Contains("FHIR#Observation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_import_would_write_as_she_is_erased_is_refused_and_not_written()
    {
        var (app, clinic, _) = await VisitSteps.Known();
        var (patient, path) = await Imported(clinic);
        var observation = Bundles.Observation(patient, "Tremor-" + Charts.Word());
        bool Writes(GateCall call) => WritesOf(path)(call)
            && Incidents.Body(call).Contains("FHIR#Observation#", StringComparison.Ordinal);
        JsonNode report;
        using (Meanwhile(app, clinic, Writes, () => Erase(app, clinic, path)))
        {
            report = await clinic.Owner.Import(Bundles.Bytes(Bundles.Of(patient.DeepClone().AsObject(), observation)));
        }

        Assert.Equal(["patient-closed"], await Reasons(clinic, report));
        Assert.DoesNotContain(
            await app.Raw.Places(clinic.Id, CloudParts.Records, Area(path)),
            place => place.Contains("FHIR#Observation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_import_does_not_say_no_known_allergy_as_a_record_with_one_is_merged_into_hers()
    {
        var (app, clinic, _) = await VisitSteps.Known();
        var (patient, path) = await Imported(clinic);
        (await clinic.Owner.Post(path + "/consents", new JsonObject
        {
            ["consents"] = new JsonArray(Samples.Consent("personal-data"), Samples.Consent("health-data")),
        })).Expect(HttpStatusCode.Created);
        var (_, other) = await Imported(clinic, p => Allergy(p, new JsonObject { ["text"] = "Latex-" + Charts.Word() }));
        var version = await Version(clinic, path);
        var none = Allergy(patient, new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://snomed.info/sct", ["code"] = "716186003" }),
        });
        JsonNode report;
        bool Writes(GateCall call) => WritesOf(path)(call)
            && Incidents.Body(call).Contains("AllergyIntolerance", StringComparison.Ordinal);
        using (Meanwhile(app, clinic, Writes, () => Merge(clinic.Owner, other, path, 1, version)))
        {
            report = await clinic.Owner.Import(Bundles.Bytes(Bundles.Of(patient.DeepClone().AsObject(), none)));
        }

        Assert.Equal(["allergy-in-force"], await Reasons(clinic, report));
        Assert.Single(await Entries(clinic.Owner, path + "/chart"));

        static JsonObject Allergy(JsonObject patient, JsonObject code) => new()
        {
            ["resourceType"] = "AllergyIntolerance",
            ["id"] = Bundles.NewId(),
            ["patient"] = new JsonObject { ["reference"] = Bundles.UrlOf(patient) },
            ["code"] = code,
        };
    }

    [Fact]
    public async Task A_step_of_an_import_that_is_taken_again_lays_the_file_that_came_along_once()
    {
        var (app, clinic, _) = await VisitSteps.Known();
        var (patient, path) = await Imported(clinic);
        var letter = Bundles.Letter(Bundles.UrlOf(patient), "Dear colleague, " + Charts.Word(), "2024-03-04T10:00:00Z");
        bool Writes(GateCall call) => WritesOf(path)(call)
            && Incidents.Body(call).Contains("CHT#document#", StringComparison.Ordinal);
        using (Meanwhile(app, clinic, Writes, async () => (await clinic.Owner.Post(
            path + "/consents", new JsonObject
            {
                ["consents"] = new JsonArray(Samples.Consent("personal-data"), Samples.Consent("health-data")),
            })).Expect(HttpStatusCode.Created)))
        {
            await clinic.Owner.Import(Bundles.Bytes(Bundles.Of(patient.DeepClone().AsObject(), letter)));
        }

        var entry = await Until.Holds(
            async () => (await Entries(clinic.Owner, path + "/chart")).SingleOrDefault(), "document in her record");
        Assert.Equal("document", entry["kind"]!.GetValue<string>());
        Assert.Empty(await app.Objects(clinic.Id, CloudParts.Incoming));
        Assert.Single(await app.Objects(clinic.Id, CloudParts.Documents));
    }

    private static async Task<(JsonObject Patient, string Path)> Imported(
        SignedUpClinic clinic, params IReadOnlyList<Func<JsonObject, JsonObject>> more)
    {
        var patient = Bundles.Patient("Venkatesan-" + Charts.Word());
        var bundle = Bundles.Of([patient.DeepClone().AsObject(), .. more.Select(m => m(patient))]);
        var report = await clinic.Owner.Import(Bundles.Bytes(bundle));
        return (patient, await clinic.Owner.OnlyPatient(report));
    }

    private static async Task<IEnumerable<string>> Reasons(SignedUpClinic clinic, JsonNode report) =>
        (await clinic.Owner.Get($"/v1/imports/{report["id"]!.GetValue<string>()}/refusals")).Expect(HttpStatusCode.OK)
            .Json["refusals"]!.AsArray().Select(r => r!["reason"]!.GetValue<string>());

    private static string Area(string path) => "PAT#" + Guid.Parse(IdOf(path)).ToString("N");

    private static async Task<int> Version(SignedUpClinic clinic, string path) =>
        (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json["version"]!.GetValue<int>();

    /// <summary>Every act that writes into the record of one patient, each on something that it may be done to.</summary>
    private static async Task<IReadOnlyList<(string Name, Func<Task<Answered>> Act)>> Writes(
        ClinicApp app, SignedUpClinic clinic, string path)
    {
        var (owner, now) = (clinic.Owner, app.Clock.GetUtcNow());
        var planned = (await VisitSteps.Plan(owner, path)).Headers.Location!.ToString();
        var open = (await VisitSteps.Plan(owner, path, open: true)).Headers.Location!.ToString();
        var draft = await Note();
        var signed = await Note();
        await VisitSteps.Act(owner, signed + "/signature", "\"1\"", HttpStatusCode.OK);
        var finding = await owner.Record(path, "condition", Charts.Condition(Charts.Word()), now);
        var kept = await owner.Keep(IdOf(path), DocumentsOfAClinic.Pdf());
        var bytes = DocumentsOfAClinic.Pdf();
        var offered = (await owner.Offer(IdOf(path), DocumentsOfAClinic.Offer(bytes))).Expect(HttpStatusCode.Created);
        await DocumentsOfAClinic.PutParts(offered.Json, bytes);
        var colleague = (await app.Join(clinic, "doctor")).Client;
        return
        [
            ("record", () => owner.Post(path + "/chart", Charts.Entry("condition", Charts.Condition(Charts.Word()), now))),
            ("amend", () => owner.Put(finding, new JsonObject { ["condition"] = Charts.Condition(Charts.Word()) }, "\"1\"")),
            ("retract", () => Send(owner, finding + "/retraction", "\"1\"", Because())),
            ("plan", () => owner.Post(path + "/visits", new JsonObject { ["visit"] = VisitSteps.Form(), ["open"] = true })),
            ("amend visit", () => owner.Put(planned, VisitSteps.Form(), "\"1\"")),
            ("open", () => VisitSteps.Act(owner, planned + "/opening", "\"1\"", null)),
            ("cancel", () => Send(owner, planned + "/cancellation", "\"1\"", Because())),
            ("write note", () => owner.Post(open + "/notes", VisitSteps.Soap.DeepClone())),
            ("revise", () => owner.Put(draft, VisitSteps.Soap.DeepClone(), "\"1\"")),
            ("sign", () => VisitSteps.Act(owner, draft + "/signature", "\"1\"", null)),
            ("discard", () => VisitSteps.Delete(owner, draft, "\"1\"")),
            ("cosign", () => VisitSteps.Act(colleague, signed + "/cosignature", "\"2\"", null)),
            ("addendum", () => owner.Post(signed + "/addenda", VisitSteps.Addendum())),
            ("offer", () => owner.Offer(IdOf(path), DocumentsOfAClinic.Offer(DocumentsOfAClinic.Pdf()))),
            ("confirm", () => owner.Post(offered.Headers.Location + "/confirmation", null)),
            ("rename", async () => await owner.Put(
                kept + "/title", new JsonObject { ["title"] = "Titled " + Charts.Word() }, (await owner.Get(kept)).ETag)),
            ("retract document", async () => await Send(owner, kept + "/retraction", (await owner.Get(kept)).ETag!, Because())),
        ];

        async Task<string> Note() => (await owner.Post(open + "/notes", VisitSteps.Soap.DeepClone()))
            .Expect(HttpStatusCode.Created).Headers.Location!.ToString();

        static JsonObject Because() => new() { ["reason"] = "It was another's, says the desk." };
    }
}
