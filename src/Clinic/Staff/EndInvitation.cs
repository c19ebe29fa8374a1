using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Staff;

/// <summary>
/// Purges an invitation that nobody accepted within 48 hours (IDN-5), with name and address of whom it was for.
/// </summary>
internal static class PurgeInvitation
{
    public static Task<Done> Strike(DueClock due, LoginPointers pointers, CancellationToken ct)
    {
        var member = new MemberId(Guid.ParseExact(due.Subject, "N"));
        return EndInvitation.Commit(
            due.Store, member, due.Effect(AuditAction.InvitationPurged), ClockRefusals.NotRunning, pointers, ct);
    }
}

/// <summary>What the end of an invitation without a member takes away.</summary>
internal static class EndInvitation
{
    /// <summary>
    /// The pointer goes last, when no acceptance can succeed any more: one under way would else be a member who cannot sign in.
    /// It exists only if an acceptance stopped half way. The token's row holds ids alone and goes by its expiry.
    /// </summary>
    public static async Task<Done> Commit(
        TenantStore store, MemberId member, Change change, Refusal unknown, LoginPointers pointers, CancellationToken ct)
    {
        if (await InvitationItem.Read(store, member, ct) is not { } invitation)
        {
            return unknown == ClockRefusals.NotRunning ? await store.Commit(change.Noting("settled"), ct) : unknown;
        }

        var commit = await store.Commit(change.Delete(Keys.Invitation(member), Condition.Exists, unknown), ct);
        if (commit.Holds(out _))
        {
            await pointers.Delete(invitation.Person.Email, store.Caller.Tenant, member, ct);
        }

        return commit;
    }
}
