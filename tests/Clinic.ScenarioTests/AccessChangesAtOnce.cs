using System.Net;
using Clinic.Local.Gate;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>A change of what somebody may do, met by a sign-in or by another such change at the same moment.</summary>
[Trait("Promise", "ISO-5")]
[Trait("Promise", "IDN-6")]
[Trait("Host", "InProcess")]
public sealed class AccessChangesAtOnce
{
    [Fact]
    public async Task A_sign_in_under_way_while_locations_change_is_refused()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud");
        var desk = await app.Join(clinic, "receptionist", [at[0]]);
        using var late = app.Client();
        Answered signedIn;
        using (Once(app, clinic, "#STATE", () => clinic.Owner.Put(desk.Path, Samples.Access("receptionist", [at[1]]), "\"1\"")))
        {
            signedIn = await late.SignIn(desk.Email, Samples.Password);
        }

        // It had read the old locations: no session begins with them.
        signedIn.ExpectProblem(HttpStatusCode.Unauthorized, "sign-in-refused");
        (await late.SignIn(desk.Email, Samples.Password)).Expect(HttpStatusCode.Created);
        var session = (await late.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal([at[1]], session["locations"]!.AsArray().Select(l => l!.GetValue<string>()));
    }

    [Fact]
    public async Task A_sign_in_while_locations_are_changed_gets_the_new_ones()
    {
        var app = await ClinicApp.Get();
        var (clinic, at) = await app.SignUpGroup("Shivajinagar", "Kothrud");
        var desk = await app.Join(clinic, "receptionist", [at[0]]);
        using var between = app.Client();
        using (Once(app, clinic, "#ROSTER", () => between.SignIn(desk.Email, Samples.Password)))
        {
            (await clinic.Owner.Put(desk.Path, Samples.Access("receptionist", [at[1]]), "\"1\"")).Expect(HttpStatusCode.OK);
        }

        foreach (var client in new[] { desk.Client, between })
        {
            var session = (await client.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK).Json;
            Assert.Equal([at[1]], session["locations"]!.AsArray().Select(l => l!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task A_sign_in_while_the_member_is_removed_is_no_way_back()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var desk = await app.Join(clinic, "receptionist");
        using var between = app.Client();
        using (Once(app, clinic, "#ROSTER", () => between.SignIn(desk.Email, Samples.Password)))
        {
            (await clinic.Owner.Delete(desk.Path)).Expect(HttpStatusCode.NoContent);
        }

        Assert.NotNull(between.CsrfToken);
        foreach (var client in new[] { desk.Client, between })
        {
            (await client.Get("/v1/sessions/current")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        }
    }

    [Fact]
    public async Task The_last_owner_stays_one()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var me = (await clinic.Owner.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK).Json["member"]!.GetValue<string>();
        (await clinic.Owner.Delete($"/v1/staff/{me}")).ExpectProblem(HttpStatusCode.Conflict, "last-owner");
        (await clinic.Owner.Put($"/v1/staff/{me}", Samples.Access("doctor", null), "\"1\""))
            .ExpectProblem(HttpStatusCode.Conflict, "last-owner");

        var second = await app.Join(clinic, "owner");
        (await second.Client.Put($"/v1/staff/{me}", Samples.Access("doctor", null), "\"1\"")).Expect(HttpStatusCode.OK);
        (await clinic.Owner.Get("/v1/staff")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await second.Client.Delete(second.Path)).ExpectProblem(HttpStatusCode.Conflict, "last-owner");
    }

    [Fact]
    public async Task Of_two_owners_who_remove_each_other_at_once_one_stays()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var second = await app.Join(clinic, "owner");
        var me = (await clinic.Owner.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK).Json["member"]!.GetValue<string>();
        Answered mine;
        using (Once(app, clinic, "#ROSTER", () => second.Client.Delete($"/v1/staff/{me}")))
        {
            mine = await clinic.Owner.Delete(second.Path);
        }

        mine.ExpectProblem(HttpStatusCode.Conflict, "last-owner");
        (await clinic.Owner.Get("/v1/staff")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        Assert.Single((await second.Client.Get("/v1/staff")).Expect(HttpStatusCode.OK).Json["members"]!.AsArray());
    }

    /// <summary>Does something just before the clinic's next transaction that touches such a row is carried out.</summary>
    private static IDisposable Once(ClinicApp app, SignedUpClinic clinic, string area, Func<Task<Answered>> act)
    {
        var met = 0;
        return app.Gate.Before(async call =>
        {
            if (call.Tenant == clinic.Id && call.Operation == "TransactWriteItems"
                && call.LeadingKeys.Any(k => k.EndsWith(area, StringComparison.Ordinal))
                && Interlocked.Increment(ref met) == 1)
            {
                await act();
            }
        });
    }
}
