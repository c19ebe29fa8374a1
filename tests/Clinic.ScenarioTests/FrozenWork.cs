using System.Net;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.Incidents;

namespace Clinic.ScenarioTests;

/// <summary>Messages and clocks of a frozen clinic.</summary>
[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
[Trait("Promise", "INC-7")]
public sealed class FrozenWork
{
    [Fact]
    public async Task An_import_stops_between_two_steps_and_goes_on_after_the_release()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var steps = 0;
        var (hook, came, letGo) = Freezes.Hold(app, c => IsStep(c, clinic.Id) && Interlocked.Increment(ref steps) == 4);
        string import;
        using (hook)
        {
            import = (await clinic.Owner.PostBytes("/v1/imports", Bundles.BrettGottlieb, "application/fhir+json"))
                .Expect(HttpStatusCode.Accepted).Headers.Location!.ToString();
            await came;
            (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
            letGo();
            await Until.Holds(async () => (await Freezes.Held(app, clinic.Id)).Count == 1, "import that was put aside");
        }

        Assert.Equal(4, steps);
        Assert.Contains("HELD|OUT#", Assert.Single(await Freezes.Held(app, clinic.Id)), StringComparison.Ordinal);
        app.Clock.Advance(TimeSpan.FromMinutes(16));
        await app.Tick();
        Assert.Equal(4, steps);

        (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);
        var owner = await app.SignInAnew(clinic);
        var report = await owner.AwaitImport(import);

        Assert.Equal("finished", report["state"]!.GetValue<string>());
        Assert.Equal(96, report["total"]!["kept"]!.GetValue<int>());
        Assert.Empty(await Freezes.Held(app, clinic.Id));
    }

    [Fact]
    public async Task Clocks_wait_and_strike_after_the_release()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromHours(13));
        await app.Tick();
        await app.Tick();

        Assert.Contains(await Freezes.Held(app, clinic.Id), p => p.Contains("CLK#session-end", StringComparison.Ordinal));
        Assert.Single(await app.Raw.Places(clinic.Id, CloudParts.Records, "SES#"));
        Assert.Empty(await app.Raw.Trail(clinic.Id, nameof(AuditAction.SessionPurged)));

        (await (await app.SignInOperator()).Release(clinic.Id)).Expect(HttpStatusCode.OK);
        await Until.Holds(async () => (await Freezes.Held(app, clinic.Id)).Count == 0, "clocks that run again");
        await app.Tick();
        Assert.Empty(await app.Raw.Trail(clinic.Id, nameof(AuditAction.SessionPurged)));
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        await app.Tick();
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.SessionPurged)));
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "SES#"));
    }

    [Fact]
    [Trait("Promise", "INC-1")]
    public async Task The_owner_of_a_frozen_clinic_is_told_of_an_incident_on_a_role_that_opens_contacts_alone()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
        await app.Mail.Await(clinic.Email, "is frozen");
        using var calls = app.Gate.Record(d => d.Call.Tenant == clinic.Id);

        var seen = await Settled(operators, await Open(operators, app, [clinic.Id]));

        Assert.Equal("told", seen["clinics"]![0]!["state"]!.GetValue<string>());
        Assert.Single(await IncidentMails(app, clinic.Email));
        Assert.Equal([RoleNames.TenantNotice], calls.Decisions.Select(d => d.Call.Role).Distinct());
        Assert.Subset(
            new HashSet<string> { "contacts", "audit-detail" },
            calls.Decisions.Where(d => d.Call.Service == "kms")
                .SelectMany(d => d.Call.Requests.SelectMany(r => r.Context.Find(KeyPatterns.ContextPurpose) ?? [])).ToHashSet());
        Assert.DoesNotContain(calls.Decisions, d => !d.Allowed);
    }

    [Fact]
    public async Task What_is_no_notice_is_held_however_often_it_comes_and_done_once()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpUnconfirmed();
        var operators = await app.SignInOperator();
        await app.Mail.Await(clinic.Email, "Confirm");

        // The worker is about to look at the message of the welcome mail.
        var (hook, came, letGo) = Freezes.Hold(app, c => c.Operation == "BatchGetItem" && c.Tenant == clinic.Id
            && c.LeadingKeys.Any(k => k.Contains("#OUT#", StringComparison.Ordinal)));
        using (hook)
        {
            await app.Confirm(clinic);
            await came;
            (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
            letGo();
            await Until.Holds(async () => (await Freezes.Held(app, clinic.Id)).Count == 1, "message that was put aside");
        }

        var welcome = (await app.Raw.Of(clinic.Id, CloudParts.Records)).Values
            .Single(r => r["sk"].S == "OUT" && r["topic"].S == "clinic.confirmed");
        for (var i = 0; i < 2; i++)
        {
            var sent = await Queues.Send(app, CloudParts.Notifications, "clinic.confirmed", clinic.Id, welcome["id"].S);
            await Until.Holds(
                () => Task.FromResult(Queues.Result(sent) is "message-held" or "message-done"), "answer of the worker");
        }

        (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);
        await app.Mail.Await(clinic.Email, "Welcome");
        await Until.Holds(async () => !await app.Raw.HasOpenMessages(clinic.Id), "quiet");
        Assert.Single(await app.Mail.To(clinic.Email), m => m.Subject.StartsWith("Welcome", StringComparison.Ordinal));
    }

    /// <summary>A transaction of the clinic that writes the import's report.</summary>
    private static bool IsStep(GateCall call, string tenant) => call.Operation == "TransactWriteItems" && call.Tenant == tenant
        && call.LeadingKeys.Any(k => k.Contains("#IMP#", StringComparison.Ordinal));
}
