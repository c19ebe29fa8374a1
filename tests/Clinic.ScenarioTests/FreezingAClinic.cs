using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

[Trait("Promise", "INC-7")]
public sealed class FreezingAClinic
{
    [Fact]
    public async Task Every_session_is_refused_on_the_next_request_and_none_of_before_ever_works_again()
    {
        var app = await ClinicApp.Get();
        var (clinic, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        var (second, operators) = (await app.SignInAnew(clinic), await app.SignInOperator());
        var registration = Samples.Registration();
        (await clinic.Owner.Post("/v1/patients", registration, "kept-for-a-replay")).Expect(HttpStatusCode.Created);

        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);

        await Freezes.Refused(clinic.Owner);
        await Freezes.Refused(second, "/v1/audit");
        (await clinic.Owner.Post("/v1/patients", registration, "kept-for-a-replay"))
            .ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        (await clinic.Owner.Delete("/v1/sessions/current")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        (await app.Client().SignIn(clinic.Email, clinic.Password))
            .ExpectProblem(HttpStatusCode.Unauthorized, "sign-in-refused");
        (await other.Owner.Get("/v1/clinics/current")).Expect(HttpStatusCode.OK);
        Assert.StartsWith("platform: breach", Assert.Single(
            await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicFrozen))).Note, StringComparison.Ordinal);
        Assert.Contains(await app.Raw.Trail("platform", nameof(AuditAction.ClinicFreezeOrdered)), l => l.Subject == clinic.Id);

        (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);

        await Freezes.Refused(clinic.Owner);
        await Freezes.Refused(second);
        var anew = await app.SignInAnew(clinic);
        (await anew.Get("/v1/clinics/current")).Expect(HttpStatusCode.OK);
        Assert.Single((await anew.Get("/v1/sessions")).Expect(HttpStatusCode.OK).Json["sessions"]!.AsArray());
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicReleased)));
        await app.Mail.Await(clinic.Email, "works again");
    }

    [Fact]
    public async Task Frozen_a_clinic_is_not_worked_for_on_its_own_credentials_by_whoever_knocks()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
        using var calls = app.Gate.Record(d => d.Call.Role is not RoleNames.ApiBase && d.Call.Tenant == clinic.Id
            && d.Call.Role is RoleNames.TenantData or RoleNames.TenantAuditRead && !IsWorkers(d.Call));

        await Freezes.Refused(clinic.Owner);
        await app.Client().SignIn(clinic.Email, clinic.Password);
        (await app.Client().UseLink($"{clinic.Id}.{new string('A', 43)}"))
            .ExpectProblem(HttpStatusCode.NotFound, "release-unknown");
        (await app.Client().Post(
            "/v1/clinics/confirmations", new JsonObject { ["token"] = $"{clinic.Id}.{new string('A', 43)}" }))
            .ExpectProblem(HttpStatusCode.NotFound, "confirmation-unknown");

        Assert.Empty(calls.Decisions.Select(d => d.Call.Operation));
    }

    [Fact]
    [Trait("Promise", "RBAC-1")]
    public async Task Who_may_not_and_what_is_no_clinic_is_refused()
    {
        var app = await ClinicApp.Get();
        var (clinic, unconfirmed) = (await app.SignUpClinic(), await app.SignUpUnconfirmed());
        var operators = await app.SignInOperator();

        (await clinic.Owner.Freeze(clinic.Id)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await clinic.Owner.Release(clinic.Id)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await operators.FreezeOwn()).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await operators.Freeze("zzzzzzzz")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await operators.Freeze("platform")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await operators.Freeze("no%20clinic")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        (await operators.Freeze(unconfirmed.Id)).ExpectProblem(HttpStatusCode.Conflict, "clinic-not-open");
        (await operators.Release(clinic.Id)).ExpectProblem(HttpStatusCode.Conflict, "clinic-not-frozen");
        (await operators.Get("/v1/clinics/current")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await clinic.Owner.Get("/v1/clinics/current")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Frozen_by_two_operators_at_once_and_again_it_is_frozen_once()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var (one, two) = (await app.SignInOperator(), await app.SignInOperator());

        var answers = await Task.WhenAll(one.Freeze(clinic.Id), two.Freeze(clinic.Id));
        var again = (await two.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);

        Assert.All(answers, a => Assert.Equal(again.Text, a.Expect(HttpStatusCode.OK).Text));
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicFrozen)));
        var seen = (await one.Get($"/platform/v1/clinics/{clinic.Id}/freeze")).Expect(HttpStatusCode.OK).Json;
        Assert.True(seen["frozen"]!.GetValue<bool>());
        Assert.Equal("Keys of a laptop.", seen["freezeText"]!.GetValue<string>());

        (await one.Release(clinic.Id)).Expect(HttpStatusCode.OK);
        (await two.Release(clinic.Id)).ExpectProblem(HttpStatusCode.Conflict, "clinic-not-frozen");
        (await one.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
        Assert.Equal(2, (await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicFrozen))).Count);
    }

    [Fact]
    public async Task An_order_that_dies_half_way_is_carried_out_by_a_worker()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        using var broken = app.Gate.Before(call => call is { Operation: "TransactWriteItems", Role: RoleNames.TenantData }
                && call.Tenant == clinic.Id && call.LeadingKeys.Any(k => k.EndsWith("#STATE", StringComparison.Ordinal))
            ? throw new GateFaultException(400, "AccessDeniedException", "crashed here") : Task.CompletedTask);

        (await operators.Freeze(clinic.Id, "once-and-half")).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        await Until.Holds(async () => await Freezes.Status(app, clinic.Id) == "Frozen", "freeze by the worker");
        await Freezes.Refused(clinic.Owner);
        (await operators.Release(clinic.Id)).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        await Until.Holds(async () => await Freezes.Status(app, clinic.Id) == "Active", "release by the worker");

        broken.Dispose();
        (await operators.Freeze(clinic.Id, "once-and-half")).Expect(HttpStatusCode.OK);
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicFrozen)));
    }

    [Fact]
    public async Task A_request_that_began_before_ends_and_the_next_is_refused()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var (hook, came, letGo) = Freezes.Hold(app, c => c.Operation == "PutItem" && c.Tenant == clinic.Id);
        using (hook)
        {
            var before = clinic.Owner.Get("/v1/clinics/current");
            await came;
            (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
            letGo();
            (await before).Expect(HttpStatusCode.OK);
        }

        await Freezes.Refused(clinic.Owner);
    }

    [Fact]
    public async Task A_sign_in_that_began_before_opens_no_session()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var sessions = (await app.Raw.Places(clinic.Id, CloudParts.Records, "SES#")).Count;
        var (hook, came, letGo) = Freezes.Hold(app, c => c.Operation == "TransactWriteItems" && c.Tenant == clinic.Id
            && c.LeadingKeys.Any(k => k.Contains("#SES#", StringComparison.Ordinal)));
        using (hook)
        {
            var client = app.Client();
            var before = client.SignIn(clinic.Email, clinic.Password);
            await came;
            (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
            (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);
            letGo();
            (await before).ExpectProblem(HttpStatusCode.Unauthorized, "sign-in-refused");
        }

        Assert.Equal(sessions, (await app.Raw.Places(clinic.Id, CloudParts.Records, "SES#")).Count);
    }

    [Fact]
    public async Task A_ticket_given_out_before_lets_nothing_be_read()
    {
        var app = await ClinicApp.Get();
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());

        // Nobody's record: what lands stays as it was sent, for the bucket's lifecycle to take, and the sweep would find it.
        var file = "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[]}"u8.ToArray();
        var ticket = await Uploads.Offer(clinic.Owner, file);
        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);

        // The store knows the signature and nothing of freezes: the bytes may land, for the ticket's quarter of an hour.
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(ticket.Json, file));
        (await clinic.Owner.Post(ticket.Headers.Location + "/start", null))
            .ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "PAT#"));

        (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);
        var owner = await app.SignInAnew(clinic);
        (await owner.Post(ticket.Headers.Location + "/start", null)).Expect(HttpStatusCode.Accepted);
        var report = await owner.AwaitImport(ticket.Headers.Location!.ToString());
        Assert.Equal("finished", report["state"]!.GetValue<string>());
    }

    private static bool IsWorkers(GateCall call) => call.LeadingKeys.Any(k =>
        k.Contains("#OUT#", StringComparison.Ordinal) || k.Contains("#DLV#", StringComparison.Ordinal)
        || k.Contains("#INB#", StringComparison.Ordinal));
}
