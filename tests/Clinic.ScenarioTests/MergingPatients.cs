using System.Net;
using System.Text.Json.Nodes;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.MergeSteps;
using static Clinic.ScenarioTests.VisitSteps;

namespace Clinic.ScenarioTests;

/// <summary>Somebody was registered twice: one record is read through the other, until that is undone.</summary>
[Trait("Promise", "CLN-1")]
public sealed class MergingPatients
{
    [Fact]
    public async Task Every_list_of_the_record_shows_both_and_each_entry_is_read_where_it_lies()
    {
        var (app, clinic, into, merged) = await Two();
        var there = await Fill(clinic, merged);
        var here = await Fill(clinic, into);
        await Merge(clinic.Owner, merged, into);

        foreach (var query in new[] { "", "?kind=visit,note,document,condition" })
        {
            var listed = await Entries(clinic.Owner, into + "/chart" + query);
            Assert.Equal(8, listed.Count);
            Assert.Equal(4, listed.Count(e => e!["patient"]!.GetValue<string>() == IdOf(merged)));
            Assert.Equal(listed.Select(At).OrderDescending(), listed.Select(At));
        }

        var paged = new List<string>();
        for (var next = ""; next is not null;)
        {
            var page = (await clinic.Owner.Get($"{into}/chart?size=3{next}")).Expect(HttpStatusCode.OK).Json;
            paged.AddRange(page["entries"]!.AsArray().Select(e => e!["id"]!.GetValue<string>()));
            next = page["next"] is { } cursor ? "&cursor=" + Uri.EscapeDataString(cursor.GetValue<string>()) : null;
        }

        Assert.Equal((await Entries(clinic.Owner, into + "/chart")).Select(e => e!["id"]!.GetValue<string>()), paged);
        Assert.Equal(2, (await clinic.Owner.Get(into + "/visits")).Expect(HttpStatusCode.OK).Json["visits"]!.AsArray().Count);
        Assert.Equal(
            2, (await clinic.Owner.Get(into + "/documents")).Expect(HttpStatusCode.OK).Json["documents"]!.AsArray().Count);
        var export = (await clinic.Owner.Get(into + "/export")).Expect(HttpStatusCode.OK);
        foreach (var entry in there.Concat(here).Where(e => !e.Contains("/notes/", StringComparison.Ordinal)))
        {
            (await clinic.Owner.Get(entry)).Expect(HttpStatusCode.OK);
            Assert.Contains(IdOf(entry), export.Text, StringComparison.Ordinal);
        }

        var people = export.Json["entry"]!.AsArray().Count(e => e!["resource"]!["resourceType"]!.GetValue<string>() == "Patient");
        Assert.Equal(1, people);
        Assert.DoesNotContain(IdOf(merged), export.Text, StringComparison.Ordinal);
        var trail = await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientMerged));
        Assert.Single(trail);
    }

    [Fact]
    public async Task The_merged_record_is_not_found_not_written_and_says_where_she_is()
    {
        var (_, clinic, into, merged) = await Two();
        var entries = await Fill(clinic, merged);
        var registration = Samples.Registration();
        (await clinic.Owner.Put(merged, registration["patient"]!.DeepClone(), "\"1\"")).Expect(HttpStatusCode.OK);
        await Merge(clinic.Owner, merged, into, version: 2);

        var search = new JsonObject { ["phone"] = registration["patient"]!["phone"]!.DeepClone() };
        Assert.Empty(
            (await clinic.Owner.Post("/v1/patients/search", search)).Expect(HttpStatusCode.OK).Json["patients"]!.AsArray());
        foreach (var route in new[] { "", "/versions", "/consents", "/chart", "/visits", "/documents", "/export" })
        {
            var refused = (await clinic.Owner.Get(merged + route)).ExpectProblem(HttpStatusCode.Conflict, "patient-merged");
            Assert.Equal((IdOf(into), 3), (refused.Json["into"]!.GetValue<string>(), refused.Json["version"]!.GetValue<int>()));
        }

        (await clinic.Owner.Put(merged, registration["patient"]!.DeepClone(), "\"3\""))
            .ExpectProblem(HttpStatusCode.Conflict, "patient-merged");
        (await clinic.Owner.Put(entries[0], Form(), "\"1\"")).ExpectProblem(HttpStatusCode.Conflict, "patient-merged");
        (await clinic.Owner.Post(merged + "/chart", Condition())).ExpectProblem(HttpStatusCode.Conflict, "patient-merged");
        (await clinic.Owner.Offer(IdOf(merged), DocumentsOfAClinic.Offer(DocumentsOfAClinic.Pdf())))
            .ExpectProblem(HttpStatusCode.Conflict, "patient-merged");
        var read = (await clinic.Owner.Get(into)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(IdOf(merged), Assert.Single(read["absorbed"]!.AsArray())!.GetValue<string>());
    }

    [Fact]
    public async Task An_undo_puts_both_back_and_what_was_written_since_stays_with_the_other()
    {
        var (app, clinic, into, merged) = await Two();
        await Fill(clinic, merged);
        var before = (await Entries(clinic.Owner, merged + "/chart"), await Export(clinic.Owner, merged));
        var head = (await clinic.Owner.Get(merged)).Json;
        await Merge(clinic.Owner, merged, into);
        var since = (await clinic.Owner.Post(into + "/chart", Condition())).Expect(HttpStatusCode.Created).Json["id"]!;

        (await Undo(clinic.Owner, merged, "\"1\"")).ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        (await Undo(clinic.Owner, merged, "\"2\"")).Expect(HttpStatusCode.OK);

        Assert.True(Same(before.Item1, await Entries(clinic.Owner, merged + "/chart")));
        Assert.True(Same(before.Item2, await Export(clinic.Owner, merged)));
        var now = (await clinic.Owner.Get(merged)).Expect(HttpStatusCode.OK).Json;
        Assert.True(JsonNode.DeepEquals(head["record"], now["record"]) && JsonNode.DeepEquals(head["consents"], now["consents"]));
        Assert.Equal(("active", 3), (now["state"]!.GetValue<string>(), now["version"]!.GetValue<int>()));
        Assert.Equal(
            since.GetValue<string>(), Assert.Single(await Entries(clinic.Owner, into + "/chart"))!["id"]!.GetValue<string>());
        Assert.Null((await clinic.Owner.Get(into)).Json["absorbed"]);
        var search = new JsonObject { ["phone"] = head["record"]!["phone"]!.DeepClone() };
        Assert.Single(
            (await clinic.Owner.Post("/v1/patients/search", search)).Expect(HttpStatusCode.OK).Json["patients"]!.AsArray());
        (await clinic.Owner.Put(into, Samples.Registration()["patient"]!, "\"3\"")).Expect(HttpStatusCode.OK);
        (await Undo(clinic.Owner, merged, "\"3\"")).ExpectProblem(HttpStatusCode.Conflict, "patient-not-merged");

        foreach (var action in new[] { nameof(AuditAction.PatientMerged), nameof(AuditAction.PatientMergeUndone) })
        {
            foreach (var of in new[] { into, merged })
            {
                var entry = Assert.Single((await clinic.Owner.Get($"/v1/audit?patient={IdOf(of)}&action={action}"))
                    .Expect(HttpStatusCode.OK).Json["entries"]!.AsArray())!;
                Assert.NotNull(entry["changes"]!["state"]);
            }
        }

        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientMergeUndone)));
    }

    [Fact]
    public async Task A_merge_with_oneself_a_stranger_a_merged_one_or_at_another_location_is_refused()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud");
        var (here, alsoHere, alsoThen, there) = (
            await At(clinic, at[0]), await At(clinic, at[0]), await At(clinic, at[0]), await At(clinic, at[1]));
        var other = await (await app.SignUpClinic()).Owner.RegisterPatient();
        var bound = (await app.Join(clinic, "doctor", [at[0]])).Client;

        (await Ask(clinic.Owner, here, here)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        (await Ask(clinic.Owner, here, "/v1/patients/" + other))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        (await Ask(bound, here, there)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        (await Ask(bound, there, here)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await Ask(clinic.Owner, there, here)).ExpectProblem(HttpStatusCode.Conflict, "merge-across-locations");
        (await Ask(clinic.Owner, here, alsoHere, intoVersion: 7))
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        await Merge(bound, here, alsoHere);
        (await Ask(clinic.Owner, alsoThen, here)).ExpectProblem(HttpStatusCode.Conflict, "merge-into-merged");
        (await Ask(clinic.Owner, alsoHere, alsoThen, version: 2)).ExpectProblem(HttpStatusCode.Conflict, "merge-of-survivor");
        (await Ask((await app.Join(clinic, "receptionist")).Client, alsoThen, alsoHere))
            .ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    [Trait("Promise", "ISO-5")]
    public async Task Who_sees_an_entry_of_a_merged_record_is_decided_by_the_location_of_the_one_that_stays()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud");
        var (into, merged) = (await At(clinic, at[0]), await At(clinic, at[0]));
        var finding = (await clinic.Owner.Post(merged + "/chart", Condition())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        await Merge(clinic.Owner, merged, into);
        var before = (await app.Join(clinic, "doctor", [at[0]])).Client;
        var after = (await app.Join(clinic, "doctor", [at[1]])).Client;
        (await before.Get(finding)).Expect(HttpStatusCode.OK);
        (await after.Get(finding)).ExpectProblem(HttpStatusCode.NotFound, "not-found");

        var form = Samples.Registration()["patient"]!;
        form["location"] = at[1];
        (await clinic.Owner.Put(into, form, "\"2\"")).Expect(HttpStatusCode.OK);
        (await before.Get(finding)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await after.Get(finding)).Expect(HttpStatusCode.OK);
        Assert.Single(await Entries(after, into + "/chart"));
    }

    private static async Task<string> At(SignedUpClinic clinic, string location)
    {
        var registration = Samples.Registration();
        registration["patient"]!["location"] = location;
        return (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
    }

    private static string At(JsonNode? entry) => entry!["id"]!.GetValue<string>()[..13];

    private static async Task<JsonNode> Export(ClinicClient client, string path)
    {
        var bundle = (await client.Get(path + "/export")).Expect(HttpStatusCode.OK).Json;
        return new JsonArray([.. bundle["entry"]!.AsArray().Skip(1).Select(e => e!.DeepClone())]);
    }

    private static bool Same(JsonNode one, JsonNode other) => JsonNode.DeepEquals(one, other);
}
