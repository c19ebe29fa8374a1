using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Staff;

public sealed record AcceptInvitationRequest(string Token, string Password);

public sealed record AcceptInvitationResponse(string Clinic, MemberId Member);

/// <summary>
/// Makes a member of whoever holds the token of the mail. The login pointer is written first, as at a confirmation: it carries no
/// authority, so a crash in between leaves an invitation that is accepted by calling again.
/// </summary>
public static class AcceptInvitation
{
    internal static async Task<Results<Ok<AcceptInvitationResponse>, ProblemHttpResult>> Handle(
        AcceptInvitationRequest request, HttpContext http, TenantStores stores, Sessions sessions, LoginPointers pointers,
        PublicTrail publicTrail, TimeProvider clock, CancellationToken ct)
    {
        var rules = new FieldRules().Text(request.Password, "password", Passwords.LengthMax, Passwords.LengthMin);
        if (rules.Refusal is { } refusal)
        {
            return Problems.From(refusal);
        }

        if (!SessionToken.TryParse(request.Token, out var token) || token.Tenant.IsPlatform
            || await sessions.StateOf(token.Tenant, ct) is not { Status: TenantStatus.Active } state)
        {
            return await Unknown(http, publicTrail);
        }

        var store = stores.For(Caller.Public(token.Tenant, http) with { State = state });
        if (await store.Get(InvitationItem.TokenPlace(token), ct) is not { } row
            || await InvitationItem.Read(store, InvitationItem.MemberOf(row), ct) is not { } invitation
            || invitation.EndsAt <= clock.GetUtcNow())
        {
            return await Unknown(http, publicTrail);
        }

        var known = await pointers.Find(invitation.Person.Email, ct);
        if (await InviteStaff.WorksHere(store, known, invitation.Member, ct))
        {
            return Problems.From(StaffRefusals.AlreadyMember);
        }

        if (known.Count >= LoginPointers.PerAddressMax && known.All(p => p.Member != invitation.Member))
        {
            return Problems.From(StaffRefusals.TooManyClinics);
        }

        await pointers.Put(invitation.Person.Email, token.Tenant, invitation.Member, ct);
        var commit = await store.Commit(Join(store.Caller, invitation, token, Passwords.Hash(request.Password)), ct);
        return commit.Holds(out var why)
            ? TypedResults.Ok(new AcceptInvitationResponse(token.Tenant.Value, invitation.Member)) : Problems.From(why);
    }

    private static Change Join(Caller caller, Invitation invitation, SessionToken token, string passwordHash)
    {
        var (id, person) = (invitation.Member, invitation.Person);
        var member = new Member(
            id, invitation.Role, invitation.Scope, Member.Active, new MemberProfile(person.Name, person.Email, passwordHash));
        var subject = Keys.Hex(id.Value);
        return Change.By(
                caller with { Actor = id.ToString(), Member = id, Role = invitation.Role }, AuditAction.StaffJoined,
                subject: subject)
            .Noting(StaffAccess.Note(invitation.Role, invitation.Scope))
            .Delete(Keys.Invitation(id), Condition.Exists, InvitationRefusals.Unknown)
            .Delete(InvitationItem.TokenPlace(token), Condition.Exists, InvitationRefusals.Unknown)
            .Delete(Keys.Clock(Durations.InvitationOpen.Name, subject))
            .Require(Keys.State, TenantStateItem.Unmoved(caller.State!), InvitationRefusals.Unknown)
            .Insert(MemberItem.Write(member))
            .Insert(MemberItem.Roster(member));
    }

    private static async Task<ProblemHttpResult> Unknown(HttpContext http, PublicTrail publicTrail)
    {
        await publicTrail.Denied(http, InvitationRefusals.Unknown.Code);
        return Problems.From(InvitationRefusals.Unknown);
    }
}
