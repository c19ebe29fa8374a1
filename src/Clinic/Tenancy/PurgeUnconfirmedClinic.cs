using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Tenancy;

/// <summary>
/// Purges a sign-up that nobody confirmed within 24 hours: profile, member and roster rows. The state stays as a tombstone, so the
/// clinic's id and trail cannot be taken over by a later sign-up.
/// </summary>
internal static class PurgeUnconfirmedClinic
{
    public static async Task<Done> Strike(DueClock due, CancellationToken ct)
    {
        if (await due.Store.Get(Keys.State, ct) is not { } state || TenantStateItem.Read(state).Status != Platform.Access.TenantStatus.Unconfirmed)
        {
            return await due.Store.Commit(due.Stop(AuditAction.ClinicSignUpPurged, "confirmed meanwhile"), ct);
        }

        var member = new Platform.Access.MemberId(Guid.ParseExact(due.Subject, "N"));
        var change = due.Effect(AuditAction.ClinicSignUpPurged)
            .Patch(
                new Item(Keys.State).Set(TenantStateItem.Status, Platform.Access.TenantStatus.Purged.ToString()), [],
                Condition.Is(TenantStateItem.Status, Platform.Access.TenantStatus.Unconfirmed.ToString()), Problems.Conflict)
            .Delete(Keys.ClinicProfile)
            .Delete(Keys.Member(member))
            .Delete(Keys.Roster(member));
        return await due.Store.Commit(change, ct);
    }
}
