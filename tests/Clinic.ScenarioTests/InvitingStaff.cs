using System.Net;
using System.Text.Json.Nodes;
using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>Who is invited, becomes a member, and is none any more.</summary>
[Trait("Promise", "ISO-5")]
public sealed class InvitingStaff
{
    private const string OtherPassword = "marigold harbour station";

    [Fact]
    [Trait("Promise", "IDN-7")]
    public async Task An_invitation_makes_one_member_once()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var email = StaffOfAClinic.Address();
        var token = await app.Invite(clinic, email, "receptionist");
        var open = (await clinic.Owner.Get("/v1/staff")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(email, Assert.Single(open["invitations"]!.AsArray())!["email"]!.GetValue<string>());
        (await clinic.Owner.Post("/v1/staff/invitations", Samples.Invitation(email, "doctor")))
            .ExpectProblem(HttpStatusCode.Conflict, "already-invited");

        (await app.Accept(token, "too short")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
        (await app.Accept(token)).Expect(HttpStatusCode.OK);
        (await app.Accept(token)).ExpectProblem(HttpStatusCode.NotFound, "invitation-unknown");

        (await app.Client().SignIn(email, Samples.Password)).Expect(HttpStatusCode.Created);
        var staff = (await clinic.Owner.Get("/v1/staff")).Expect(HttpStatusCode.OK).Json;
        Assert.Empty(staff["invitations"]!.AsArray());
        Assert.Equal(["owner", "receptionist"],
            staff["members"]!.AsArray().Select(m => m!["role"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        (await clinic.Owner.Post("/v1/staff/invitations", Samples.Invitation(email, "doctor")))
            .ExpectProblem(HttpStatusCode.Conflict, "already-member");
        Assert.Equal("receptionist at all",
            Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.StaffInvited))).Note);
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.StaffJoined)));
    }

    [Fact]
    public async Task A_token_that_was_made_up_or_is_another_clinics_or_of_another_mail_is_unknown()
    {
        var app = await ClinicApp.Get();
        var (clinic, other) = (await app.SignUpClinic(), await app.SignUpUnconfirmed());
        var token = await app.Invite(clinic, StaffOfAClinic.Address(), "doctor");
        var confirmation = ClinicApp.TokenIn(await app.Mail.Await(other.Email, "Confirm"));
        var secret = token.Split('.')[1];
        string[] forged =
        [
            SessionToken.Draw(TenantId.Parse(clinic.Id)).ToString(), $"{other.Id}.{secret}", $"platform.{secret}", secret,
            confirmation,
        ];
        foreach (var one in forged)
        {
            (await app.Accept(one)).ExpectProblem(HttpStatusCode.NotFound, "invitation-unknown");
        }

        (await app.Client().Post("/v1/clinics/confirmations", new JsonObject { ["token"] = token }))
            .ExpectProblem(HttpStatusCode.NotFound, "confirmation-unknown");
        (await app.Accept(token)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_two_acceptances_at_once_one_makes_the_member()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var email = StaffOfAClinic.Address();
        var token = await app.Invite(clinic, email, "doctor");
        var answers = await Task.WhenAll(app.Accept(token), app.Accept(token, OtherPassword));

        var won = Array.FindIndex(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Contains(answers[1 - won].Status, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.Conflict]);
        string[] passwords = [Samples.Password, OtherPassword];
        (await app.Client().SignIn(email, passwords[won])).Expect(HttpStatusCode.Created);
        (await app.Client().SignIn(email, passwords[1 - won])).Expect(HttpStatusCode.Unauthorized);
        Assert.Equal(2, (await app.Raw.Places(clinic.Id, CloudParts.Records, "ROSTER|")).Count);
    }

    [Fact]
    public async Task An_address_that_works_for_another_clinic_works_for_this_one_too_and_the_password_tells_which()
    {
        var app = await ClinicApp.Get();
        var (here, there) = (await app.SignUpClinic(), await app.SignUpClinic());
        var token = await app.Invite(here, there.Email, "doctor");
        (await app.Accept(token, OtherPassword)).Expect(HttpStatusCode.OK);

        foreach (var (password, clinic) in new[] { (OtherPassword, here.Id), (there.Password, there.Id) })
        {
            var signedIn = (await app.Client().SignIn(there.Email, password)).Expect(HttpStatusCode.Created);
            Assert.Equal(clinic, signedIn.Json["clinic"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("receptionist")]
    [InlineData("doctor")]
    [Trait("Promise", "RBAC-2")]
    public async Task Only_an_owner_invites_changes_and_removes(string role)
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var (member, other) = (await app.Join(clinic, role), await app.Join(clinic, "receptionist"));
        foreach (var answer in new[]
        {
            await member.Client.Get("/v1/staff"),
            await member.Client.Post("/v1/staff/invitations", Samples.Invitation(StaffOfAClinic.Address(), "doctor")),
            await member.Client.Put(other.Path, Samples.Access("doctor", null), "\"1\""),
            await member.Client.Put(member.Path, Samples.Access("owner", null), "\"1\""),
            await member.Client.Delete(other.Path),
            await member.Client.Post("/v1/locations", Samples.Location("Somewhere else")),
            await member.Client.Get("/v1/audit"),
        })
        {
            answer.ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        }

        (await other.Client.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Promise", "IDN-6")]
    public async Task A_removal_holds_on_the_next_request_of_every_session_however_many_there_are()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var member = await app.Join(clinic, "doctor");
        await OpenSessions(app, clinic, member, count: 60);
        (await member.Client.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK);

        (await clinic.Owner.Delete(member.Path)).Expect(HttpStatusCode.NoContent);

        (await member.Client.Get("/v1/sessions/current")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        (await app.Client().SignIn(member.Email, Samples.Password))
            .ExpectProblem(HttpStatusCode.Unauthorized, "sign-in-refused");
        Assert.Single(await app.Raw.Places(clinic.Id, CloudParts.Records, "SES#"));
        Assert.Empty((await app.Raw.Places(clinic.Id, CloudParts.Records, $"MEM#{Guid.Parse(member.Id):N}|SES#")));
        Assert.Empty(await app.ApiServices.GetRequiredService<LoginPointers>().Find(member.Email, CancellationToken.None));
        (await clinic.Owner.Delete(member.Path)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Single(await app.Raw.Trail(clinic.Id, nameof(AuditAction.StaffRemoved)), l => l.Outcome == "Done");

        // And may be invited again, as somebody new.
        (await app.Accept(await app.Invite(clinic, member.Email, "receptionist"))).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_invitation_that_was_taken_back_is_unknown()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var token = await app.Invite(clinic, StaffOfAClinic.Address(), "doctor");
        var staff = (await clinic.Owner.Get("/v1/staff")).Expect(HttpStatusCode.OK).Json;
        var invited = Assert.Single(staff["invitations"]!.AsArray())!["member"]!.GetValue<string>();

        (await clinic.Owner.Delete($"/v1/staff/{invited}")).Expect(HttpStatusCode.NoContent);
        (await app.Accept(token)).ExpectProblem(HttpStatusCode.NotFound, "invitation-unknown");
        (await clinic.Owner.Delete($"/v1/staff/{invited}")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Empty(await app.Raw.Places(clinic.Id, CloudParts.Records, "CLK#invitation-open"));
    }

    [Fact]
    public async Task Nobody_joins_a_frozen_clinic()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var token = await app.Invite(clinic, StaffOfAClinic.Address(), "doctor");
        var operators = await app.SignInOperator();
        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);
        (await app.Accept(token)).ExpectProblem(HttpStatusCode.NotFound, "invitation-unknown");

        (await operators.Release(clinic.Id)).Expect(HttpStatusCode.OK);
        (await app.Accept(token)).Expect(HttpStatusCode.OK);
    }

    /// <summary>Rows as sign-ins leave them, without their slow hashes.</summary>
    private static async Task OpenSessions(ClinicApp app, SignedUpClinic clinic, StaffMember member, int count)
    {
        var tenant = TenantId.Parse(clinic.Id);
        var store = app.ApiServices.GetRequiredService<TenantStores>().For(
            Caller.System(tenant, "test", "sessions") with { Trace = new ClientTrace("127.0.0.1", "test") });
        var (id, now) = (Id.Parse<MemberId>(member.Id), app.Clock.GetUtcNow());
        foreach (var some in Enumerable.Range(0, count).Chunk(30))
        {
            var change = Change.By(store.Caller, AuditAction.SignedIn);
            foreach (var _ in some)
            {
                var (session, token) = (Id.New<SessionId>(now), SessionToken.Draw(tenant));
                change.Insert(SessionRow.Write(
                        token.StoredHash, session, id, Role.Doctor, LocationScope.All, now, freeze: null))
                    .Insert(MemberSessionItem.Write(id, session, token.StoredHash, store.Caller with
                    {
                        State = new TenantState(TenantStatus.Active, 1),
                    }, now));
            }

            Assert.True((await store.Commit(change, CancellationToken.None)).Holds(out var why), why?.Code);
        }
    }
}
