using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Platform.Messaging;

/// <summary>
/// A message that nobody marked as done goes out again as a new row: only INSERTs pass from the table to the queues. The old row
/// stays, marked: a copy of it that is still in a queue is then known and over, not an unknown message that looks like an attack.
/// </summary>
internal static class Redrive
{
    public const int AttemptsMax = 20;

    public static async Task<Done> Handle(Caller caller, TenantStore store, Item item, DateTimeOffset now, CancellationToken ct)
    {
        if (item.Has(Outbox.Done))
        {
            return ClockRefusals.NotRunning;
        }

        var attempt = (int)item.Number("attempt") + 1;
        var topic = item.Need("topic");
        var change = Change.By(caller, AuditAction.MessageRedriven, subject: item.Need("id"))
            .Patch(new Item(item.Key).Set(Outbox.Done, now), Outbox.OffTheIndex, Outbox.IsOpen, ClockRefusals.NotRunning);
        if (attempt <= AttemptsMax)
        {
            change.Insert(Outbox.Write(caller.Tenant, topic, item.Need("subject"), now, attempt, item.Need("origin")));
        }
        else
        {
            change.Noting("given up");
        }

        return await store.Commit(change, ct);
    }
}
