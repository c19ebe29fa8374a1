using System.Net;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
public sealed class InvitationsThatEnd
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    [Trait("Promise", "IDN-5")]
    [Trait("Promise", "ISO-5")]
    public async Task An_invitation_works_at_47_59_and_at_48_01_it_is_over_and_its_rows_are_purged()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var sent = app.Clock.GetUtcNow();
        var (early, late) = (await app.Invite(clinic, StaffOfAClinic.Address(), "doctor"),
            await app.Invite(clinic, StaffOfAClinic.Address(), "doctor"));

        app.Clock.Advance(sent + TimeSpan.FromHours(48) - Minute - app.Clock.GetUtcNow());
        await app.Tick();
        (await app.Accept(early)).Expect(HttpStatusCode.OK);
        app.Clock.Advance(Minute + Minute);
        (await app.Accept(late)).ExpectProblem(HttpStatusCode.NotFound, "invitation-unknown");
        Assert.Single(await app.Raw.Places(clinic.Id, CloudParts.Records, "INVS|"));

        await Task.WhenAll(app.Tick(), app.Tick());
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "INVS|"));
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "CLK#invitation-open"));
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.InvitationPurged)));
        (await app.Accept(late)).ExpectProblem(HttpStatusCode.NotFound, "invitation-unknown");
    }
}
