using System.Net;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.MergeSteps;

namespace Clinic.ScenarioTests;

/// <summary>Merges that meet each other, amendments, erasures, imports, repeats.</summary>
[Trait("Promise", "CLN-1")]
public sealed class MergingAtOnce
{
    [Fact]
    public async Task Of_two_merges_of_one_record_one_wins_and_the_other_learns_where_she_is()
    {
        var (app, clinic, one, merged) = await Two();
        var other = "/v1/patients/" + await clinic.Owner.RegisterPatient();
        var doctor = (await app.Join(clinic, "doctor")).Client;
        var answers = await Task.WhenAll(Ask(clinic.Owner, merged, one), Ask(doctor, merged, other));

        var won = Assert.Single(answers, a => a.Status == HttpStatusCode.OK).Json["into"]!.GetValue<string>();
        var lost = Assert.Single(answers, a => a.Status != HttpStatusCode.OK)
            .ExpectProblem(HttpStatusCode.Conflict, "patient-merged").Json;
        Assert.Equal((won, 2), (lost["into"]!.GetValue<string>(), lost["version"]!.GetValue<int>()));
        Assert.NotNull(lost["changedAt"]);
        Assert.NotNull(lost["changedBy"]);
        foreach (var path in new[] { one, other })
        {
            var absorbed = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json["absorbed"];
            Assert.Equal(IdOf(path) == won, absorbed is not null);
        }
    }

    [Fact]
    public async Task Of_a_merge_each_way_at_once_one_wins_and_nobody_is_lost()
    {
        var (_, clinic, one, other) = await Two();
        var answers = await Task.WhenAll(Ask(clinic.Owner, one, other), Ask(clinic.Owner, other, one));
        var into = Assert.Single(answers, a => a.Status == HttpStatusCode.OK).Json["into"]!.GetValue<string>();
        var lost = Assert.Single(answers, a => a.Status != HttpStatusCode.OK);
        await IsLost(clinic.Owner, lost, isElsewhere: lost.Status == HttpStatusCode.Conflict, into);
        Assert.Single(
            await Task.WhenAll(clinic.Owner.Get(one), clinic.Owner.Get(other)), a => a.Status == HttpStatusCode.OK);
    }

    /// <summary>The three moments at which the other way round may have been done.</summary>
    [Theory]
    [InlineData("before it read the one that it would merge", false)]
    [InlineData("between its two reads", true)]
    [InlineData("between its reads and its write", false)]
    public async Task Of_a_merge_each_way_the_loser_learns_by_the_moment_what_it_met(string moment, bool isElsewhere)
    {
        var (app, clinic, one, other) = await Two();
        var at = moment switch
        {
            "before it read the one that it would merge" => ReadsHeadOf(other),
            "between its two reads" => ReadsHeadOf(one),
            _ => WritesOf(other),
        };
        Answered lost;
        using (Meanwhile(app, clinic, at, () => Merge(clinic.Owner, one, other)))
        {
            lost = await Ask(clinic.Owner, other, one);
        }

        await IsLost(clinic.Owner, lost, isElsewhere, IdOf(other));
        (await clinic.Owner.Get(one)).ExpectProblem(HttpStatusCode.Conflict, "patient-merged");
        Assert.Equal(
            IdOf(one), Assert.Single((await clinic.Owner.Get(other)).Json["absorbed"]!.AsArray())!.GetValue<string>());
    }

    /// <summary>
    /// That the record which was to stay went into another, when that is what it read; else that the one which was to go took
    /// another in since, and so has another version than was named.
    /// </summary>
    private static async Task IsLost(ClinicClient client, Answered lost, bool isElsewhere, string into)
    {
        if (isElsewhere)
        {
            lost.ExpectProblem(HttpStatusCode.Conflict, "merge-into-merged");
            Assert.Equal(into, lost.Json["into"]!.GetValue<string>());
        }
        else
        {
            lost.ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        }

        var by = (await client.Get("/v1/patients/" + into)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(
            (2, by["versionAt"]!.GetValue<string>(), by["versionBy"]!.GetValue<string>()),
            (lost.Json["version"]!.GetValue<int>(), lost.Json["changedAt"]!.GetValue<string>(),
                lost.Json["changedBy"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_amendment_between_a_merges_read_and_its_write_is_named_and_nothing_is_merged()
    {
        var (app, clinic, into, merged) = await Two();
        foreach (var (amended, versions) in new[] { (merged, "version"), (into, "intoVersion") })
        {
            var met = 0;
            Answered answer;
            using (app.Gate.Before(async call =>
            {
                if (call.Tenant == clinic.Id && call.Operation == "TransactWriteItems" && Interlocked.Increment(ref met) == 1)
                {
                    (await clinic.Owner.Put(amended, Samples.Registration()["patient"]!, "\"1\""))
                        .Expect(HttpStatusCode.OK);
                }
            }))
            {
                answer = await Ask(clinic.Owner, merged, into, amended == into ? 2 : 1);
            }

            answer.ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
            Assert.Equal(2, answer.Json["version"]!.GetValue<int>());
            Assert.NotNull(answer.Json["changedBy"]);
            Assert.Equal(versions == "intoVersion", answer.Json["errors"] is not null);
        }

        await Merge(clinic.Owner, merged, into, 2, 2);
    }

    [Fact]
    public async Task Of_two_amendments_at_once_the_loser_learns_who_and_when()
    {
        var (_, clinic, path, _) = await Two();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => clinic.Owner.Put(path, Samples.Registration()["patient"]!, "\"1\"")));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        var by = (await clinic.Owner.Get(path)).Json["versionBy"]!.GetValue<string>();
        Assert.All(answers.Where(a => a.Status == HttpStatusCode.PreconditionFailed), a =>
        {
            Assert.Equal((2, by), (a.Json["version"]!.GetValue<int>(), a.Json["changedBy"]!.GetValue<string>()));
            Assert.NotNull(a.Json["changedAt"]);
        });
    }

    [Fact]
    public async Task A_repeated_merge_and_undo_are_done_once()
    {
        var (app, clinic, into, merged) = await Two();
        var body = new JsonObject { ["into"] = IdOf(into), ["intoVersion"] = 1, ["reason"] = "Two cards were hers." };
        var first = (await Send(clinic.Owner, merged + "/merge", "\"1\"", body, "merge-once-1")).Expect(HttpStatusCode.OK);
        var again = (await Send(
            clinic.Owner, merged + "/merge", "\"1\"", (JsonObject)body.DeepClone(), "merge-once-1")).Expect(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(first.Json, again.Json));
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientMerged)));
        Assert.Equal(2, (await clinic.Owner.Get(into)).Json["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task Her_erasure_erases_what_was_merged_into_hers_and_that_of_a_merged_one_leaves_the_other_readable()
    {
        var (app, clinic, into, merged) = await Two();
        var third = "/v1/patients/" + await clinic.Owner.RegisterPatient();
        var entries = await Fill(clinic, merged);
        await Fill(clinic, third);
        await Merge(clinic.Owner, merged, into);
        await Merge(clinic.Owner, third, into, 1, 2);

        await Erase(app, clinic, third);
        Assert.Equal(4, (await Entries(clinic.Owner, into + "/chart")).Count);
        Assert.Equal(IdOf(merged), Assert.Single((await clinic.Owner.Get(into)).Json["absorbed"]!.AsArray())!.GetValue<string>());

        await Erase(app, clinic, into);
        await Until.Holds(
            async () => (await app.Raw.Trail(clinic.Id, nameof(AuditAction.PatientKeysDestroyed))).Count == 3,
            "erasure of the merged record");
        foreach (var path in new[] { into, merged, entries[2] })
        {
            (await clinic.Owner.Get(path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        }

        (await Undo(clinic.Owner, merged, "\"2\"")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task That_she_has_no_known_allergy_is_not_said_where_the_merged_record_has_one()
    {
        var (app, clinic, into, merged) = await Two();
        var at = app.Clock.GetUtcNow().ToString("O");
        (await clinic.Owner.Post(merged + "/chart", new JsonObject { ["at"] = at, ["allergy"] = Charts.Allergy(Charts.Word()) }))
            .Expect(HttpStatusCode.Created);
        await Merge(clinic.Owner, merged, into);
        var none = new JsonObject { ["at"] = at, ["allergy"] = Charts.NoKnownAllergy() };
        (await clinic.Owner.Post(into + "/chart", none)).ExpectProblem(HttpStatusCode.Conflict, "allergy-in-force");
        (await Undo(clinic.Owner, merged, "\"2\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Post(into + "/chart", none.DeepClone())).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_a_source_sends_of_a_merged_one_is_refused_by_name()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var merged = await clinic.Owner.OnlyPatient(await clinic.Owner.Import(Bundles.LuigiWiegand));
        var into = "/v1/patients/" + await clinic.Owner.RegisterPatient();
        await Merge(clinic.Owner, merged, into);
        Assert.Equal(62, await Resources(clinic.Owner, into));

        var again = await clinic.Owner.Import(Bundles.LuigiWiegand);
        Assert.Equal(61, again["total"]!["refused"]!.GetValue<int>());
        var refusals = (await clinic.Owner.Get($"/v1/imports/{again["id"]!.GetValue<string>()}/refusals"))
            .Expect(HttpStatusCode.OK).Json["refusals"]!.AsArray();
        Assert.All(refusals, r => Assert.Equal("patient-merged", r!["reason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_document_that_is_being_sealed_while_its_patient_is_merged_is_read_through_the_other()
    {
        var (app, clinic, into, merged) = await Two();
        var met = 0;
        using var hook = app.Gate.After(async call =>
        {
            if (call.Tenant == clinic.Id && call.Operation == "PutObject" && call.Role == RoleNames.TenantData
                && call.Requests.Any(r => r.Resource.Contains("-documents-", StringComparison.Ordinal))
                && Interlocked.Increment(ref met) == 1)
            {
                await Merge(clinic.Owner, merged, into);
            }
        });
        var document = await clinic.Owner.Send(IdOf(merged), DocumentsOfAClinic.Pdf());
        Assert.Equal("available", (await clinic.Owner.AwaitDocument(document))["state"]!.GetValue<string>());
        (await clinic.Owner.Content(document, null)).Expect(HttpStatusCode.OK);
        Assert.Equal(
            IdOf(document), Assert.Single(await Entries(clinic.Owner, into + "/chart"))!["id"]!.GetValue<string>());
    }

    private static async Task<int> Resources(ClinicClient client, string path) =>
        (await client.Get(path + "/export")).Expect(HttpStatusCode.OK).Json["entry"]!.AsArray().Count;
}
