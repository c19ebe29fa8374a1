using System.Net;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>Outages at a moment that only the clock brings.</summary>
[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
public sealed class OutagesAndTheClock
{
    private static readonly TimeSpan RenewalIsDue = TimeSpan.FromMinutes(52);

    [Fact]
    public async Task Credentials_are_renewed_beside_the_calls_and_used_on_while_sts_is_down()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var path = (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        var refused = 0;
        app.Clock.Advance(RenewalIsDue);
        using (app.Gate.Before(call => IsSts(call, clinic) ? Refuse(ref refused) : Task.CompletedTask))
        {
            (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
            await Until.Holds(() => Task.FromResult(refused >= 3), "renewal that was refused");
            (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
        }

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        using var renewals = app.Gate.Record(d => IsSts(d.Call, clinic));
        (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK);
        await Until.Holds(() => Task.FromResult(renewals.Decisions.Any(d => d.Status == 200)), "renewal");
    }

    [Fact]
    [Trait("Promise", "ISO-5")]
    public async Task What_a_tick_cannot_do_for_want_of_a_store_the_next_one_does_once()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpUnconfirmed();
        await app.Mail.Await(clinic.Email, "Confirm");
        app.Clock.Advance(TimeSpan.FromHours(25));
        using (app.Gate.Before(call => call is { Operation: "Query", Role: RoleNames.ClockRole }
            ? throw GateFaultException.Throttled() : Task.CompletedTask))
        {
            await Assert.ThrowsAnyAsync<Amazon.Runtime.AmazonServiceException>(app.Tick);
        }

        using (app.Gate.Before(call => call.Tenant == clinic.Id && call.Operation == "TransactWriteItems"
            ? throw new GateFaultException(500, "InternalServerError", "planted") : Task.CompletedTask))
        {
            await app.Tick();
            Assert.Empty(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicSignUpPurged)));
        }

        await app.Tick();
        await app.Tick();
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicSignUpPurged)));
        Assert.DoesNotContain(await app.Raw.Places(clinic.Id, CloudParts.Records, "CLK#"), p => p.Contains("sign-up",
            StringComparison.Ordinal));
    }

    private static bool IsSts(GateCall call, SignedUpClinic clinic) =>
        call.Service == "sts" && call.Requests.Any(r => r.Context.Single("aws:RequestTag/tenant") == clinic.Id);

    private static Task Refuse(ref int refused)
    {
        Interlocked.Increment(ref refused);
        throw new GateFaultException(503, "ServiceUnavailable", "planted");
    }
}
