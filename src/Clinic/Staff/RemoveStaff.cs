using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Staff;

/// <summary>
/// Removes a member: every session ends in the transaction of the removal, so the very next request with one is 401 (IDN-6). An
/// invitation that is open it takes back.
/// </summary>
/// <remarks>
/// The login pointer has another signer and goes after the member cannot sign in any more, and before the address is forgotten: a
/// crash in between leaves a removal that is finished by calling again.
/// </remarks>
public static class RemoveStaff
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        MemberId member, Caller caller, TenantStore store, LoginPointers pointers, CancellationToken ct)
    {
        var removed = await Remove(caller, store, member, ct);
        if (removed.Holds(out var why))
        {
            removed = await Forget(caller, store, member, pointers, ct);
        }
        else if (why == Problems.NotFound)
        {
            removed = await Take(caller, store, member, pointers, ct);
        }

        return removed.Holds(out why) ? TypedResults.NoContent() : Problems.From(why);
    }

    private static async Task<Done> Remove(Caller caller, TenantStore store, MemberId id, CancellationToken ct) =>
        await MemberItem.Read(store, id, ct) is { Status: Member.Removed, Profile.Email.Length: > 0 }
            ? Done.Yes
            : await SessionsOfMember.Commit(
                store, id, before => Decide(caller, before, store, ct),
                (change, after, row, _) => SessionsOfMember.End(change, after.Id, row), ct);

    private static async Task<Outcome<(Change Change, Member After)>> Decide(
        Caller caller, Member before, TenantStore store, CancellationToken ct)
    {
        var change = Change.By(caller, AuditAction.StaffRemoved, subject: Keys.Hex(before.Id.Value))
            .Noting(StaffAccess.Note(before.Role, before.Scope))
            .Delete(Keys.Roster(before.Id));
        if (before.Role == Role.Owner && !(await StaffAccess.KeepAnOwner(change, store, before.Id, ct)).Holds(out _, out var why))
        {
            return why;
        }

        return (change, before with { Status = Member.Removed, Version = before.Version + 1 });
    }

    /// <summary>The name stays: records and trail name the member by id, and somebody must be able to say who that was.</summary>
    private static async Task<Done> Forget(
        Caller caller, TenantStore store, MemberId id, LoginPointers pointers, CancellationToken ct)
    {
        if (await MemberItem.Read(store, id, ct) is not { Status: Member.Removed } gone)
        {
            return Problems.NotFound;
        }

        await pointers.Delete(gone.Profile.Email, caller.Tenant, id, ct);
        var tombstone = gone with { Profile = new MemberProfile(gone.Profile.Name, "", ""), Version = gone.Version + 1 };
        return await store.Commit(
            Change.By(caller, AuditAction.LoginPointerRemoved, subject: Keys.Hex(id.Value))
                .Replace(MemberItem.Write(tombstone), gone.Version),
            ct);
    }

    private static async Task<Done> Take(
        Caller caller, TenantStore store, MemberId id, LoginPointers pointers, CancellationToken ct)
    {
        var subject = Keys.Hex(id.Value);
        var change = Change.By(caller, AuditAction.InvitationRevoked, subject: subject)
            .Delete(Keys.Clock(Durations.InvitationOpen.Name, subject));
        var taken = await EndInvitation.Commit(store, id, change, Problems.NotFound, pointers, ct);
        if (!taken.Holds(out var why) && why == Problems.NotFound)
        {
            await store.Note(new AuditEntry(caller, AuditAction.StaffRemoved, AuditOutcome.Refused)
            {
                Subject = subject,
                Note = why.Code,
            }, ct);
        }

        return taken;
    }
}
