using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Incidents;

/// <summary>
/// Takes the news back: when every owner of a clinic is settled, the platform's incident says that the clinic was told. Each
/// owner's row is committed with the message that leads here, so whoever comes last sees all rows. The platform's row is inserted
/// under the platform's signature first, the message is marked under the clinic's after it: a crash between the two brings the
/// message again, which finds the row and goes on.
/// </summary>
internal static class RecordClinicTold
{
    public static async Task<Done> Handle(Delivery message, TenantStores stores, TimeProvider clock, CancellationToken ct)
    {
        var id = new IncidentId(Guid.ParseExact(message.Subject, "N"));
        var head = await message.Store.Get(Keys.Incident(id), ct)
            ?? throw new MessageRefusedException("names no incident of this clinic");
        var rows = await Rows(message.Store, id, ct);
        var effect = message.Effect(AuditAction.IncidentClinicMarked, subject: Keys.Hex(id.Value));
        if (rows.Count < IncidentItem.OwnersOf(head))
        {
            return await message.Store.Commit(effect.Noting("other owners are under way"), ct);
        }

        var toldAt = rows.Max(IncidentOwnerItem.ToldAt);
        var clinic = message.Caller.Tenant;
        var platform = stores.For(Caller.System(TenantId.Platform, message.Topic, message.Origin));
        var mark = AffectedClinicItem.Mark(
            Change.By(platform.Caller, AuditAction.IncidentClinicMarked, subject: Keys.Hex(id.Value)),
            id, clinic, toldAt is null ? ClinicNotice.Unreachable : ClinicNotice.Told, toldAt ?? clock.GetUtcNow());
        var marked = await platform.Commit(mark, ct);
        return marked.Holds(out var why) || why == IncidentRefusals.AlreadyMarked
            ? await message.Store.Commit(effect.Noting(toldAt is null ? "no owner is left" : "told"), ct)
            : why;
    }

    private static async Task<List<Item>> Rows(TenantStore store, IncidentId id, CancellationToken ct)
    {
        var rows = new List<Item>();
        string? from = null;
        do
        {
            var page = await store.Query(
                Keys.Incident(id).Area, Keys.IncidentOwnerPrefix, Page<Item>.SizeMax, from, newestFirst: false, ct);
            rows.AddRange(page.Items);
            from = page.NextSort;
        }
        while (from is not null);

        return rows;
    }
}
