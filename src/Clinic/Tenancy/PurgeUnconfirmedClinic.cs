using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Tenancy;

/// <summary>
/// Purges a sign-up that nobody confirmed within 24 hours: profile, member, login pointer, and at last the keys. The state stays
/// as a tombstone, so the clinic's id and trail cannot be taken over by a later sign-up.
/// </summary>
/// <remarks>
/// Four signers have a part in it (records, Directory, Keys, records again), so it goes in steps, and the clock is taken away
/// with the last one: a crash at any point leaves the clock due, and the next minute goes on where this one stopped.
/// </remarks>
internal static class PurgeUnconfirmedClinic
{
    public static async Task<Done> Strike(DueClock due, LoginPointers pointers, KeyShredder shredder, CancellationToken ct)
    {
        var status = (await StoreParts.StateOf(due.Store, ct)).Status;
        if (status is not (TenantStatus.Unconfirmed or TenantStatus.Purged))
        {
            return await due.Store.Commit(due.Stop(AuditAction.ClinicSignUpPurged, "confirmed meanwhile"), ct);
        }

        var member = new MemberId(Guid.ParseExact(due.Subject, "N"));
        if (status == TenantStatus.Unconfirmed)
        {
            var closed = await due.Store.Commit(Close(due, member, await LocationItem.Rows(due.Store, ct)), ct);
            if (!closed.Holds(out var why))
            {
                return why;
            }
        }

        var forgotten = await ForgetOwner(due, member, pointers, ct);
        if (!forgotten.Holds(out var refused))
        {
            return refused;
        }

        await shredder.DestroyTenant(due.Caller.Tenant, due.Caller.Cause!, ct);
        return await due.Store.Commit(due.Effect(AuditAction.TenantKeysDestroyed), ct);
    }

    /// <summary>From here on no confirmation can succeed.</summary>
    private static Change Close(DueClock due, MemberId member, IReadOnlyList<Item> locations) => locations.Aggregate(
        Change.By(due.Caller, AuditAction.ClinicSignUpPurged, subject: due.Subject)
            .Require(due.Place, Condition.Exists, ClockRefusals.NotRunning)
            .Patch(
                new Item(Keys.State).Set(TenantStateItem.Status, TenantStatus.Purged.ToString()), [TenantStateItem.Locations],
                Condition.Is(TenantStateItem.Status, TenantStatus.Unconfirmed.ToString()), Problems.Conflict)
            .Delete(Keys.ClinicProfile)
            .Delete(Keys.Roster(member)),
        (change, location) => change.Delete(location.Key));

    /// <summary>
    /// The pointer goes before the row that holds its address. It exists only if a confirmation stopped half way; one that is
    /// written after this, by a confirmation still under way, points at nobody and opens nothing.
    /// </summary>
    private static async Task<Done> ForgetOwner(DueClock due, MemberId member, LoginPointers pointers, CancellationToken ct)
    {
        if (await MemberItem.Read(due.Store, member, ct) is not { } owner)
        {
            return Done.Yes;
        }

        await pointers.Delete(owner.Profile.Email, due.Caller.Tenant, member, ct);
        return await due.Store.Commit(
            Change.By(due.Caller, AuditAction.LoginPointerRemoved, subject: due.Subject)
                .Require(due.Place, Condition.Exists, ClockRefusals.NotRunning)
                .Delete(Keys.Member(member), Condition.Exists, ClockRefusals.NotRunning),
            ct);
    }
}
