using System.Net;
using Clinic.Identity;
using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Tenancy;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

[Collection(MovesTheClock.Name)]
[Trait("Host", "InProcess")]
public sealed class PurgingSignUps
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task An_unconfirmed_sign_up_is_gone_after_a_day_and_not_a_minute_before()
    {
        var app = await ClinicApp.Get();
        var confirmed = await app.SignUpClinic();
        var clinic = await app.SignUpUnconfirmed();
        await app.Mail.Await(clinic.Email, "Confirm");
        var due = app.Clock.GetUtcNow() + Day;

        app.Clock.Advance(due - app.Clock.GetUtcNow() - TimeSpan.FromSeconds(90));
        await app.Tick();
        Assert.Equal("Unconfirmed", await Status(app, clinic.Id));
        Assert.NotEmpty(await app.Raw.Places(clinic.Id, CloudParts.Records, "MEM#"));

        app.Clock.Advance(due - app.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        await Task.WhenAll(app.Tick(), app.Tick());
        await app.Tick();

        await AssertPurged(app, clinic.Id);
        Assert.Equal("Active", await Status(app, confirmed.Id));
        Assert.Equal(
            Platform.Crypto.Keyring.FromSignUp.Count, (await app.Raw.Places(confirmed.Id, CloudParts.Keys)).Count);
        Assert.Empty(await app.Raw.Trail(confirmed.Id, nameof(AuditAction.ClinicSignUpPurged)));
        (await confirmed.Owner.SignIn(confirmed.Email, confirmed.Password)).Expect(HttpStatusCode.Created);
    }

    /// <summary>
    /// Each of these sign-ups is purged by a worker that dies at another call of its own: the first at its first, the second at
    /// its second, and so on. The others' clocks are struck all the same, and the next minute finishes what was begun.
    /// </summary>
    [Fact]
    [Trait("Promise", "RET-7")]
    public async Task A_purge_that_dies_at_any_call_is_finished_a_minute_later_and_stops_nobody_else()
    {
        const int callsMax = 26;
        var app = await ClinicApp.Get();
        var clinics = new List<SignedUpClinic>();
        for (var i = 0; i < callsMax; i++)
        {
            clinics.Add(await app.SignUpUnconfirmed());
            await app.Mail.Await(clinics[^1].Email, "Confirm");
        }

        app.Clock.Advance(Day);
        var calls = clinics.ToDictionary(c => c.Id, _ => 0);
        using (app.Gate.Before(call => Dies(call) ? throw new GateFaultException(400, "AccessDeniedException", "died here")
            : Task.CompletedTask))
        {
            await app.Tick();
        }

        var unfinished = 0;
        foreach (var clinic in clinics)
        {
            unfinished += (await app.Raw.Places(clinic.Id, CloudParts.Records, "CLK#")).Count;
        }

        Assert.InRange(unfinished, 10, callsMax - 1);
        await AssertPurged(app, clinics[^1].Id);

        await app.Tick();
        foreach (var clinic in clinics)
        {
            await AssertPurged(app, clinic.Id);
        }

        bool Dies(GateCall call)
        {
            var place = clinics.FindIndex(c => c.Id == call.Tenant);
            return place >= 0 && ++calls[call.Tenant!] > place;
        }
    }

    [Fact]
    public async Task A_clock_that_vanishes_between_index_and_row_does_nothing()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpUnconfirmed();
        await app.Mail.Await(clinic.Email, "Confirm");
        app.Clock.Advance(Day);

        // The sweep has read the index and now reads the clock's row: just then another sweep does all the work.
        var met = 0;
        using (app.Gate.Before(async call =>
        {
            if (call.Tenant == clinic.Id && call is { Operation: "GetItem", Role: RoleNames.TenantData }
                && Interlocked.Increment(ref met) == 1)
            {
                await app.Tick();
            }
        }))
        {
            await app.Tick();
        }

        Assert.True(met > 1, $"{met} reads");
        await AssertPurged(app, clinic.Id);
    }

    [Fact]
    public async Task A_login_pointer_that_points_at_nobody_is_harmless()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpUnconfirmed();
        await app.Mail.Await(clinic.Email, "Confirm");
        var member = new MemberId(
            Guid.ParseExact((await app.Raw.Places(clinic.Id, CloudParts.Records, "ROSTER|")).Single()[7..], "N"));
        app.Clock.Advance(Day);
        await app.Tick();
        await AssertPurged(app, clinic.Id);

        // A confirmation that was under way writes its pointer after the purge has looked; and no key is left in anybody's
        // memory.
        var pointers = app.ApiServices.GetRequiredService<LoginPointers>();
        await pointers.Put(clinic.Email, TenantId.Parse(clinic.Id), member, CancellationToken.None);
        app.Clock.Advance(TimeSpan.FromMinutes(6));

        var unknown = await app.Client().SignIn("nobody.at.all@asha-polyclinic.example", clinic.Password);
        var dangling = (await app.Client().SignIn(clinic.Email, clinic.Password))
            .ExpectProblem(HttpStatusCode.Unauthorized, "sign-in-refused");
        Assert.Equal(Without(unknown, "traceId"), Without(dangling, "traceId"));

        // The same address at a clinic that lives: it signs in as if there were no other pointer.
        var living = await app.SignUpClinic();
        var livingOwner = (await pointers.Find(living.Email, CancellationToken.None)).Single();
        await pointers.Put(clinic.Email, livingOwner.Tenant, livingOwner.Member, CancellationToken.None);
        (await app.Client().SignIn(clinic.Email, living.Password)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_confirmation_after_the_purge_is_unknown()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpUnconfirmed();
        var mail = await app.Mail.Await(clinic.Email, "Confirm");
        Assert.True(SessionToken.TryParse(ClinicApp.TokenIn(mail), out var token));
        var member = new MemberId(
            Guid.ParseExact((await app.Raw.Places(clinic.Id, CloudParts.Records, "ROSTER|")).Single()[7..], "N"));

        // A mail that took long: its token outlives the sign-up.
        var store = app.ApiServices.GetRequiredService<TenantStores>().For(Caller.System(token.Tenant, "test", "late mail"));
        var slow = Confirmation.Write(token, member, app.Clock.GetUtcNow() + Day + TimeSpan.FromHours(1));
        Assert.True((await store.Commit(
            Change.By(store.Caller, AuditAction.MailQueued)
                .Replace(slow, Condition.Exists, Problems.Conflict), CancellationToken.None)).Holds(out _));
        app.Clock.Advance(Day);
        await app.Tick();

        var late = await app.Client()
            .Post("/v1/clinics/confirmations", new System.Text.Json.Nodes.JsonObject { ["token"] = token.ToString() });
        late.ExpectProblem(HttpStatusCode.NotFound, "confirmation-unknown");
        await AssertPurged(app, clinic.Id);
    }

    [Fact]
    public async Task The_schedules_own_tick_does_the_same_through_the_retention_queue()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpUnconfirmed();
        await app.Mail.Await(clinic.Email, "Confirm");
        app.Clock.Advance(Day);

        await using var schedule = new SchedulePump(app.Cloud.Bus, SchedulePump.Minute, app.Clock, LogCapture.Lines.Enqueue);
        await schedule.TickAsync();

        await Until.Holds(async () =>
            (await app.Raw.Places(clinic.Id, CloudParts.Records, "CLK#")).Count == 0, "end of the purge");
        await AssertPurged(app, clinic.Id);
    }

    private static string Without(Answered answer, string member)
    {
        var problem = answer.Json.AsObject();
        problem.Remove(member);
        return problem.ToJsonString();
    }

    private static async Task<string> Status(ClinicApp app, string clinic) =>
        (await app.Raw.Of(clinic, CloudParts.Records))["STATE|STATE"]["st"].S;

    /// <summary>Nothing but ids and the tombstone is left, no key, and the trail tells each step once.</summary>
    private static async Task AssertPurged(ClinicApp app, string clinic)
    {
        Assert.Equal("Purged", await Status(app, clinic));
        Assert.Empty(await app.Raw.Places(clinic, CloudParts.Keys));
        var places = await app.Raw.Places(clinic, CloudParts.Records);
        Assert.DoesNotContain(places, p => p.Split('#', '|')[0] is not ("STATE" or "OUT" or "INB" or "DLV" or "TOK"));
        Assert.Single(await app.Raw.Trail(clinic, nameof(AuditAction.ClinicSignUpPurged)));
        Assert.Single(await app.Raw.Trail(clinic, nameof(AuditAction.LoginPointerRemoved)));
        Assert.Single(await app.Raw.Trail(clinic, nameof(AuditAction.TenantKeysDestroyed)));
    }
}
