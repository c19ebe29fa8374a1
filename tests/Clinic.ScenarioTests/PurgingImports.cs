using System.Net;
using System.Text;
using Clinic.Local;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
public sealed class PurgingImports
{
    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task An_upload_that_nobody_starts_is_purged_after_a_day_and_never_earlier()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var bytes = Encoding.UTF8.GetBytes(Bundles.Of(Bundles.Patient()).ToJsonString());
        var ticket = await Uploads.Offer(clinic.Owner, bytes);
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(ticket.Json, bytes));

        app.Clock.Advance(Durations.ImportUnfinished.Length - TimeSpan.FromMinutes(1));
        await app.Tick();
        Assert.Single(await Incoming(app, clinic.Id));

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.Tick();
        Assert.Empty(await Incoming(app, clinic.Id));
        (await clinic.Owner.SignIn(clinic.Email, clinic.Password)).Expect(HttpStatusCode.Created);
        var report = (await clinic.Owner.Get(ticket.Headers.Location!.ToString())).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("expired", report["state"]!.GetValue<string>());
        (await clinic.Owner.Post(ticket.Headers.Location + "/start", null))
            .ExpectProblem(HttpStatusCode.Conflict, "import-not-awaited");
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ImportPurged)));
    }

    private static async Task<List<string>> Incoming(ClinicApp app, string tenant)
    {
        using var s3 = AdminClients.S3(app.Cloud.StandIns.S3);
        var answer = await s3.ListObjectsV2Async(
            new() { BucketName = CloudNames.Local.Bucket(CloudParts.Incoming), Prefix = $"T/{tenant}/" });
        return [.. (answer.S3Objects ?? []).Select(o => o.Key)];
    }
}
