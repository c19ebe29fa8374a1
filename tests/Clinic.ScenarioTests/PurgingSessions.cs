using System.Net;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
public sealed class PurgingSessions
{
    [Fact]
    [Trait("Promise", "IDN-8")]
    public async Task A_session_is_purged_after_twelve_hours_and_a_younger_one_is_not()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var due = app.Clock.GetUtcNow() + TimeSpan.FromHours(12);

        app.Clock.Advance(due - app.Clock.GetUtcNow() - TimeSpan.FromSeconds(60));
        var younger = app.Client();
        (await younger.SignIn(clinic.Email, clinic.Password)).Expect(HttpStatusCode.Created);
        await app.Tick();
        (await clinic.Owner.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK);
        Assert.Equal(2, (await app.Raw.Places(clinic.Id, CloudParts.Records, "SES#")).Count);

        app.Clock.Advance(due - app.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        (await clinic.Owner.Get("/v1/sessions/current")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        await Task.WhenAll(app.Tick(), app.Tick());
        await app.Tick();

        Assert.Single(await app.Raw.Places(clinic.Id, CloudParts.Records, "SES#"));
        Assert.Single(await app.Raw.Places(clinic.Id, CloudParts.Records, "CLK#session-end"));
        Assert.Single(await app.Raw.Places(clinic.Id, CloudParts.Records, "MEM#"), p =>
            p.Contains("SES#", StringComparison.Ordinal));
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.SessionPurged)));
        (await younger.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_that_was_ended_leaves_no_clock()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();

        (await clinic.Owner.Delete("/v1/sessions/current")).Expect(HttpStatusCode.NoContent);

        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "CLK#" + Platform.Clocks.Durations.SessionEnd.Name));
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "SES#"));
    }
}
