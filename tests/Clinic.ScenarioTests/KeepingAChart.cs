using System.Net;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What is found of a patient is recorded, amended and taken back, and nothing of it is lost.</summary>
[Trait("Promise", "CLN-2")]
[Trait("Host", "InProcess")]
public sealed class KeepingAChart
{
    private static readonly Lazy<Task<SignedUpClinic>> Shared = new(async () => await (await ClinicApp.Get()).SignUpClinic());

    [Fact]
    [Trait("Promise", "CLN-4")]
    public async Task A_finding_of_each_kind_reads_back_as_it_was_sent()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        foreach (var (kind, member, finding) in Charts.OfEachKind())
        {
            var at = app.Clock.GetUtcNow().AddMinutes(-7).ToOffset(TimeSpan.FromHours(5.5));
            var recorded = (await clinic.Owner.Post(patient + "/chart", Charts.Entry(member, finding, at)))
                .Expect(HttpStatusCode.Created);
            var id = recorded.Json["id"]!.GetValue<string>();
            Assert.Equal($"{patient}/chart/{kind}/{id}", recorded.Headers.Location!.ToString());
            Assert.Equal((kind, 1, "\"1\""),
                (recorded.Json["kind"]!.GetValue<string>(), recorded.Json["version"]!.GetValue<int>(), recorded.ETag));

            var read = (await clinic.Owner.Get($"{patient}/chart/{kind}/{id}")).Expect(HttpStatusCode.OK);
            Assert.True(JsonNode.DeepEquals(finding, read.Json[member]), $"{finding} / {read.Json[member]}");
            Assert.Equal((at, "current", "\"1\""),
                (read.Json["at"]!.GetValue<DateTimeOffset>(), read.Json["status"]!.GetValue<string>(), read.ETag));
            Assert.Single(Charts.OfEachKind(), k => read.Json[k.Member] is not null);
        }

        // Digits that were sent are digits that are kept.
        var text = (await clinic.Owner.Get(patient + "/chart")).Expect(HttpStatusCode.OK).Text;
        Assert.All((string[])["9.40", "15.50", "98.60"], digits => Assert.Contains($":{digits}", text, StringComparison.Ordinal));
        Assert.Contains("37.00", text, StringComparison.Ordinal);
        Assert.Contains("\"interpretation\":\"L\"", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Promise", "DSR-2")]
    public async Task An_amendment_keeps_the_earlier_version_and_changes_neither_kind_nor_time()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        var (word, now) = (Charts.Word(), app.Clock.GetUtcNow());
        var before = Charts.Condition(word);
        var path = await clinic.Owner.Record(patient, "condition", before, now.AddYears(-1));
        var after = before.DeepClone().AsObject();
        after["clinicalStatus"] = "remission";
        var amendment = new JsonObject { ["condition"] = after };

        (await clinic.Owner.Put(path, amendment, ifMatch: null)).ExpectProblem((HttpStatusCode)428, "if-match-required");
        Assert.Equal("\"2\"", (await clinic.Owner.Put(path, amendment, "\"1\"")).Expect(HttpStatusCode.OK).ETag);

        var read = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json;
        Assert.True(JsonNode.DeepEquals(after, read["condition"]));
        Assert.Equal(now.AddYears(-1), read["at"]!.GetValue<DateTimeOffset>());
        var earlier = Assert.Single((await clinic.Owner.Get(path + "/versions")).Expect(HttpStatusCode.OK)
            .Json["versions"]!.AsArray())!;
        Assert.Equal(1, earlier["version"]!.GetValue<int>());
        Assert.True(JsonNode.DeepEquals(before, earlier["condition"]));

        // The second of two who read the first version hears what changed since, and no value of it.
        var stale = (await clinic.Owner.Put(path, amendment, "\"1\"")).ExpectProblem(HttpStatusCode.PreconditionFailed,
            "stale-version");
        Assert.Equal(2, stale.Json["version"]!.GetValue<int>());
        Assert.Equal(["condition.clinicalStatus"], stale.Json["changed"]!.AsArray().Select(c => c!.GetValue<string>()));
        Assert.DoesNotContain("remission", stale.Text, StringComparison.Ordinal);

        var other = (await clinic.Owner.Put(path, new JsonObject { ["allergy"] = Charts.Allergy(word) }, "\"2\""))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        Assert.Equal("allergy", other.Json["errors"]![0]!["field"]!.GetValue<string>());
        amendment["at"] = now;
        (await clinic.Owner.Put(path, amendment, "\"2\"")).ExpectProblem(HttpStatusCode.BadRequest, "malformed-json");
        Assert.Contains(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ChartEntryAmended)),
            l => l.Subject == Guid.Parse(Charts.IdOf(path)).ToString("N") && l.Note == "condition");
    }

    /// <summary>Both have read the first version; the rival's is written just before the other's.</summary>
    [Fact]
    [Trait("Promise", "DSR-2")]
    public async Task Of_two_amendments_of_one_version_one_wins_and_the_other_hears_of_it()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        var (words, rivals) = (Charts.Word(), new List<Answered>());
        var path = await clinic.Owner.Record(patient, "condition", Charts.Condition(words), app.Clock.GetUtcNow());
        var (mine, theirs) = (Charts.Condition(words), Charts.Condition(words));
        theirs["severity"] = "mild";
        var area = $"T#{clinic.Id}#PAT#{Guid.Parse(Charts.IdOf(patient)):N}";
        var began = 0;
        using (app.Gate.Before(async call =>
        {
            if (call.Operation == "TransactWriteItems" && call.LeadingKeys.Contains(area)
                && Interlocked.Increment(ref began) == 1)
            {
                rivals.Add(await clinic.Owner.Put(path, new JsonObject { ["condition"] = theirs }, "\"1\""));
            }
        }))
        {
            var stale = (await clinic.Owner.Put(path, new JsonObject { ["condition"] = mine }, "\"1\""))
                .ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
            Assert.Equal(["condition.severity"], stale.Json["changed"]!.AsArray().Select(c => c!.GetValue<string>()));
        }

        Assert.Single(rivals).Expect(HttpStatusCode.OK);
        var read = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
        Assert.Equal("\"2\"", read.ETag);
        Assert.True(JsonNode.DeepEquals(theirs, read.Json["condition"]));
        Assert.Single((await clinic.Owner.Get(path + "/versions")).Expect(HttpStatusCode.OK).Json["versions"]!.AsArray());
    }

    [Fact]
    public async Task What_was_entered_in_error_stays_readable_and_leaves_lists_and_trends()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        var now = app.Clock.GetUtcNow();
        var wrong = await clinic.Owner.Record(patient, "vitalSigns", Charts.VitalSigns(Charts.Word(), 120), now.AddDays(-2));
        var right = await clinic.Owner.Record(patient, "vitalSigns", Charts.VitalSigns(Charts.Word(), 72), now.AddDays(-1));
        var reason = $"Of-another-{Charts.Word()}";
        (await Retract(clinic.Owner, wrong, reason, "\"7\"")).ExpectProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        (await Retract(clinic.Owner, wrong, " ", "\"1\"")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");

        var key = $"retract-{Guid.CreateVersion7():N}";
        var first = (await Retract(clinic.Owner, wrong, reason, "\"1\"", key)).Expect(HttpStatusCode.OK);
        Assert.Equal(first.Text, (await Retract(clinic.Owner, wrong, reason, "\"1\"", key)).Expect(HttpStatusCode.OK).Text);

        var read = (await clinic.Owner.Get(wrong)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("entered-in-error", reason, 2), (read["status"]!.GetValue<string>(),
            read["retractionReason"]!.GetValue<string>(), read["version"]!.GetValue<int>()));
        Assert.Equal(120, read["vitalSigns"]!["pulse"]!["value"]!.GetValue<int>());
        foreach (var query in (string[])["", "?kind=vital-signs"])
        {
            Assert.Equal([Charts.IdOf(right)], await Ids(clinic.Owner, patient + "/chart" + query));
        }

        foreach (var query in (string[])["?includeRetracted=true", "?kind=vital-signs&includeRetracted=true"])
        {
            Assert.Equal([Charts.IdOf(right), Charts.IdOf(wrong)], await Ids(clinic.Owner, patient + "/chart" + query));
        }

        var trend = (await clinic.Owner.Get(patient + "/vital-signs/trend?measure=pulse")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(72, Assert.Single(trend["points"]!.AsArray())!["value"]!.GetValue<int>());
        (await Retract(clinic.Owner, wrong, reason, "\"2\"")).ExpectProblem(HttpStatusCode.Conflict, "entry-retracted");
        (await clinic.Owner.Put(wrong, new JsonObject { ["vitalSigns"] = Charts.VitalSigns(Charts.Word()) }, "\"2\""))
            .ExpectProblem(HttpStatusCode.Conflict, "entry-retracted");
    }

    [Fact]
    public async Task No_known_allergy_and_an_allergy_in_force_exclude_each_other_also_when_two_write_at_once()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        var now = app.Clock.GetUtcNow();
        var none = await clinic.Owner.Record(patient, "allergy", Charts.NoKnownAllergy(), now);
        var penicillin = Charts.Entry("allergy", Charts.Allergy(Charts.Word()), now);
        (await clinic.Owner.Post(patient + "/chart", penicillin)).ExpectProblem(HttpStatusCode.Conflict, "no-known-allergy");
        (await Retract(clinic.Owner, none, "She-told-later", "\"1\"")).Expect(HttpStatusCode.OK);
        var path = (await clinic.Owner.Post(patient + "/chart", penicillin)).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        var again = Charts.Entry("allergy", Charts.NoKnownAllergy(), now);
        (await clinic.Owner.Post(patient + "/chart", again)).ExpectProblem(HttpStatusCode.Conflict, "allergy-in-force");

        penicillin["allergy"]!["clinicalStatus"] = "resolved";
        penicillin.Remove("at");
        (await clinic.Owner.Put(path, penicillin, "\"1\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Post(patient + "/chart", again)).Expect(HttpStatusCode.Created);
        penicillin["allergy"]!["clinicalStatus"] = "active";
        (await clinic.Owner.Put(path, penicillin, "\"2\"")).ExpectProblem(HttpStatusCode.Conflict, "no-known-allergy");

        var other = await Charts.Patient(clinic.Owner);
        var answers = await Task.WhenAll(
            clinic.Owner.Post(other + "/chart", again.DeepClone()),
            clinic.Owner.Post(other + "/chart", Charts.Entry("allergy", Charts.Allergy(Charts.Word()), now)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Single(answers, a => a.Status == HttpStatusCode.Conflict);
        Assert.Single(await Ids(clinic.Owner, other + "/chart?kind=allergy"));
    }

    /// <summary>She withdraws while somebody writes: what was read before is not the last word.</summary>
    [Fact]
    public async Task Who_is_restricted_between_the_read_and_the_write_gets_no_entry()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        var area = $"T#{clinic.Id}#PAT#{Guid.Parse(Charts.IdOf(patient)):N}";
        using var admin = AdminClients.DynamoDb(app.Cloud.StandIns.DynamoDb);
        using (app.Gate.Before(call => call.Operation == "TransactWriteItems" && call.LeadingKeys.Contains(area)
            ? admin.UpdateItemAsync(new UpdateItemRequest
            {
                TableName = CloudNames.Local.Table(CloudParts.Records),
                Key = new() { ["pk"] = new() { S = area }, ["sk"] = new() { S = "HEAD" } },
                UpdateExpression = "SET st = :st",
                ExpressionAttributeValues = new() { [":st"] = new() { S = "restricted" } },
            })
            : Task.CompletedTask))
        {
            var entry = Charts.Entry("condition", Charts.Condition(Charts.Word()), app.Clock.GetUtcNow());
            (await clinic.Owner.Post(patient + "/chart", entry)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        }

        Assert.DoesNotContain(await app.Raw.Places(clinic.Id, CloudParts.Records, area[$"T#{clinic.Id}#".Length..]),
            p => p.Contains("|CHT#", StringComparison.Ordinal) || p.Contains("|TML#", StringComparison.Ordinal));
        (await clinic.Owner.Get(patient + "/chart")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task One_key_records_once_and_a_replay_holds_ids_and_versions_alone()
    {
        var (app, clinic) = (await ClinicApp.Get(), await Shared.Value);
        var patient = await Charts.Patient(clinic.Owner);
        var entry = Charts.Entry("vitalSigns", Charts.VitalSigns(Charts.Word(), 140), app.Clock.GetUtcNow());
        var key = $"record-{Guid.CreateVersion7():N}";
        var first = (await clinic.Owner.Post(patient + "/chart", entry, key)).Expect(HttpStatusCode.Created);
        var flag = Assert.Single(first.Json["flags"]!.AsArray())!;
        Assert.Equal(("pulse", "high", 130),
            (flag["measure"]!.GetValue<string>(), flag["side"]!.GetValue<string>(), flag["bound"]!.GetValue<int>()));

        var again = (await clinic.Owner.Post(patient + "/chart", entry, key)).Expect(HttpStatusCode.Created);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal((first.Json["id"]!.ToString(), first.Headers.Location, first.ETag),
            (again.Json["id"]!.ToString(), again.Headers.Location, again.ETag));
        Assert.Null(again.Json["flags"]);
        Assert.Single(await Ids(clinic.Owner, patient + "/chart"));
        Assert.Contains("pulse", (await clinic.Owner.Get(first.Headers.Location!.ToString())).Json["derived"]!["flags"]!
            .ToJsonString(), StringComparison.Ordinal);
    }

    private static Task<Answered> Retract(
        ClinicClient client, string path, string reason, string ifMatch, string? key = null) =>
        client.Send(HttpMethod.Post, path + "/retraction", new JsonObject { ["reason"] = reason }, r =>
        {
            r.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            if (key is not null)
            {
                r.Headers.Add("Idempotency-Key", key);
            }
        });

    private static async Task<IEnumerable<string>> Ids(ClinicClient client, string path) =>
        (await client.Get(path)).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray().Select(e => e!["id"]!.GetValue<string>());
}
