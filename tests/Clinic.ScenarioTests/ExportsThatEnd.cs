using System.Net;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What becomes of an export that is over, and who is not in one.</summary>
[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
[Trait("Promise", "DSR-8")]
public sealed class ExportsThatEnd
{
    private const string File = "manifest.json";

    [Fact]
    public async Task Link_and_opening_end_by_their_times_and_after_a_week_key_and_files_are_gone()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        await Charts.Patient(clinic.Owner);
        var path = await app.OpenedExport(clinic);
        (await clinic.Owner.FileRange(path, File, null)).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Post(path + "/links", null)).Expect(HttpStatusCode.Accepted);
        var token = await app.ExportToken(clinic.Email, path, before: 1);

        app.Clock.Advance(Durations.ExportOpen.Length);
        (await clinic.Owner.FileRange(path, File, null)).ExpectProblem(HttpStatusCode.Forbidden, "export-not-opened");
        app.Clock.Advance(Durations.ExportLink.Length);
        var owner = await app.SignInAnew(clinic);
        (await owner.OpenExport(path, token)).ExpectProblem(HttpStatusCode.NotFound, "export-link-unknown");

        app.Clock.Advance(
            Durations.ExportKept.Length - Durations.ExportOpen.Length - Durations.ExportLink.Length - TimeSpan.FromMinutes(1));
        await app.Tick();
        Assert.NotEmpty(await Objects(app, clinic.Id));
        Assert.Single(await Keys(app, clinic.Id));

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.Tick();
        Assert.Empty(await Objects(app, clinic.Id));
        Assert.Empty(await Keys(app, clinic.Id));
        var rows = await app.Raw.Places(clinic.Id, CloudParts.Records, "EXP#");
        Assert.Single(rows, p => p.EndsWith("|HEAD", StringComparison.Ordinal));
        Assert.DoesNotContain(rows, p => p.Contains("|FIL#", StringComparison.Ordinal));
        owner = await app.SignInAnew(clinic);
        Assert.Equal("expired", (string)(await owner.Get(path)).Expect(HttpStatusCode.OK).Json["state"]!);
        (await owner.FileRange(path, File, null)).ExpectProblem(HttpStatusCode.Conflict, "export-not-finished");
    }

    [Fact]
    public async Task One_runs_at_a_time_and_one_that_nothing_moves_for_a_day_makes_room()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        await Charts.Patient(clinic.Owner);
        string path;
        var counted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (app.Gate.Before(call =>
        {
            if (call.Operation != "PutObject" || call.Tenant != clinic.Id
                || !call.Requests.Any(r => r.Resource.Contains("/exports/", StringComparison.Ordinal)))
            {
                return Task.CompletedTask;
            }

            counted.TrySetResult();
            throw GateFaultException.Abort();
        }))
        {
            path = await clinic.Owner.StartExport();
            await counted.Task.WaitAsync(TimeSpan.FromSeconds(30));
            (await clinic.Owner.Post("/v1/exports", null)).ExpectProblem(HttpStatusCode.Conflict, "export-running");
            app.Clock.Advance(Durations.ExportUnfinished.Length);
            await app.Tick();
        }

        var owner = await app.SignInAnew(clinic);
        Assert.Equal("expired", (string)(await owner.Get(path)).Expect(HttpStatusCode.OK).Json["state"]!);
        Assert.Empty(await Keys(app, clinic.Id));
        await owner.AwaitExport(await owner.StartExport());
        Assert.Equal("exports#002", Assert.Single(await Keys(app, clinic.Id)).Split('|')[1]);
    }

    [Fact]
    public async Task Whom_nobody_may_read_is_counted_and_left_out_and_an_erasure_ends_what_holds_her()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var (restricted, erased, left) = (
            await clinic.Owner.RegisterPatient(), await clinic.Owner.RegisterPatient(), await clinic.Owner.RegisterPatient());
        await Restrict(app, clinic.Id, restricted);
        var path = await app.OpenedExport(clinic);
        var export = await clinic.Owner.FetchExport(path);

        Assert.Equal((2, 1), ((int)export.Manifest["patients"]!, (int)export.Manifest["withheld"]!));
        var lines = string.Join('\n', export.Lines("patients").Concat(export.Lines("consents")));
        Assert.DoesNotContain(restricted, lines, StringComparison.Ordinal);
        Assert.Contains(left, lines, StringComparison.Ordinal);

        await Erase(app, clinic.Id, erased);
        var view = await clinic.Owner.AwaitExport(path, "ended");
        Assert.Equal("patient-erased", (string)view["reason"]!);
        (await clinic.Owner.FileRange(path, File, null)).ExpectProblem(HttpStatusCode.Conflict, "export-not-finished");
        await app.Tick();
        Assert.Empty(await Keys(app, clinic.Id));
        Assert.Empty(await Objects(app, clinic.Id));

        var next = await clinic.Owner.FetchExport(await app.OpenedExport(clinic));
        Assert.Equal((1, 1), ((int)next.Manifest["patients"]!, (int)next.Manifest["withheld"]!));
    }

    [Fact]
    public async Task A_frozen_clinics_export_waits_and_goes_on_when_it_is_released()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        await Charts.Patient(clinic.Owner);
        var (hook, came, letGo) = Freezes.Hold(app, call => call.Operation == "PutObject" && call.Tenant == clinic.Id);
        string path;
        using (hook)
        {
            path = await clinic.Owner.StartExport();
            await came;
            (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
            letGo();
            await Until.Holds(
                async () => (await Freezes.Held(app, clinic.Id)).Any(p => p.Contains("OUT#", StringComparison.Ordinal)),
                "the export's message put aside");
        }

        Assert.Empty(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicExportFinished)));
        (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);
        var owner = await app.SignInAnew(clinic);
        await owner.AwaitExport(path);
    }

    private static async Task<List<string>> Objects(ClinicApp app, string tenant)
    {
        using var s3 = AdminClients.S3(app.Cloud.StandIns.S3);
        var answer = await s3.ListObjectsV2Async(
            new() { BucketName = CloudNames.Local.Bucket(CloudParts.Documents), Prefix = $"T/{tenant}/exports/" });
        return [.. (answer.S3Objects ?? []).Select(o => o.Key)];
    }

    private static async Task<IReadOnlyList<string>> Keys(ClinicApp app, string tenant) =>
        await app.Raw.Places(tenant, CloudParts.Keys, "KEY|exports#");

    /// <summary>As the withdrawal of her consent leaves her.</summary>
    private static async Task Restrict(ClinicApp app, string tenant, string patient)
    {
        using var client = AdminClients.DynamoDb(app.Cloud.StandIns.DynamoDb);
        await client.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = CloudNames.Local.Table(CloudParts.Records),
            Key = new()
            {
                ["pk"] = new() { S = $"T#{tenant}#PAT#{patient.Replace("-", "")}" }, ["sk"] = new() { S = "HEAD" },
            },
            UpdateExpression = "SET st = :st",
            ExpressionAttributeValues = new() { [":st"] = new() { S = "restricted" } },
        });
    }

    private static async Task Erase(ClinicApp app, string tenant, string patient)
    {
        var caller = Caller.System(TenantId.Parse(tenant), "test", "erasure");
        var commit = await app.ApiServices.GetRequiredService<TenantStores>().For(caller).Commit(
            Change.By(caller, AuditAction.MessageRedriven).Publish(Topics.PatientErasure, patient.Replace("-", "")),
            CancellationToken.None);
        Assert.True(commit.Holds(out _));
    }
}
