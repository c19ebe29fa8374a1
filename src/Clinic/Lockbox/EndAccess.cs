using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Lockbox;

/// <summary>
/// A request that nobody answered, and a grant whose time is over; neither opens anything since, whatever is stored.
/// </summary>
internal static class EndAccess
{
    public static async Task<Done> Strike(DueClock due, DateTimeOffset now, CancellationToken ct)
    {
        var isAsked = due.Kind == Durations.AccessAsked.Name;
        var action = isAsked ? AuditAction.AccessExpired : AuditAction.AccessEnded;
        var access = await AccessItem.FindWhole(due.Store, new AccessId(Guid.ParseExact(due.Subject, "N")), ct);
        if (access?.Stored != (isAsked ? AccessState.Asked : AccessState.Granted))
        {
            return await due.Store.Commit(due.Stop(action, "settled"), ct);
        }

        var after = access! with
        {
            Stored = isAsked ? AccessState.Expired : AccessState.Ended,
            Version = access.Version + 1,
        };
        return await due.Store.Commit(
            due.Effect(action).Replace(AccessItem.AtClinic(after), access.Version, ClockRefusals.NotYet), ct);
    }
}
