using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Platform.Messaging;

/// <summary>
/// What a frozen clinic's messages and clocks do meanwhile (INC-7): whoever meets one puts it aside, off the due index and
/// without an expiry, and names it in a list of the clinic. So nothing of it is done, nothing of it is lost however long the
/// freeze is, and no minute's work is spent on it. The release takes all of it up again.
/// </summary>
internal static class Held
{
    private const string Ttl = "ttl";
    private const char Between = '|';

    public static bool IsFrozen(IEnumerable<Item> rows) => rows.FirstOrDefault(r => r.Key == Keys.State) is { } state
        && TenantStateItem.Read(state).Status == TenantStatus.Frozen;

    /// <summary>
    /// Answers <see cref="HeldRefusals.Parked"/> when it is put aside; anything else means that the clinic was released, or the
    /// work done, at the same moment.
    /// </summary>
    public static async Task<Done> Park(TenantStore store, Key place, CancellationToken ct)
    {
        var open = IsMessage(place) ? Outbox.IsOpen : Condition.Exists;
        var change = Change.By(store.Caller, AuditAction.WorkHeld, subject: place.Area)
            .Require(Keys.State, TenantStateItem.IsFrozen, DeliveryRefusals.Later)
            .Patch(new Item(place), [.. Outbox.OffTheIndex, Ttl], open, InboxRefusals.AlreadyDone)
            .Put(new Item(Keys.Held(place.Area + Between + place.Sort)));
        var parked = await store.Commit(change, ct);
        store.Parts.Keyring.ForgetClinic(store.Caller.Tenant);
        return parked.Holds(out var why) ? HeldRefusals.Parked : why;
    }

    /// <summary>The change that takes one of the list up again.</summary>
    /// <param name="work">The row that was put aside; null when it is gone.</param>
    public static Change Resume(Caller caller, Item listed, Item? work, DateTimeOffset now)
    {
        var change = Change.By(caller, AuditAction.WorkResumed, subject: PlaceOf(listed).Area)
            .Require(Keys.State, Condition.Is(TenantStateItem.Status, TenantStatus.Active.ToString()), HeldRefusals.Frozen)
            .Delete(listed.Key, Condition.Exists, InboxRefusals.AlreadyDone);
        return work switch
        {
            null => change.Noting("gone"),
            _ when !IsMessage(work.Key) => change.Patch(
                new Item(work.Key).SetDue(now + Durations.HeldClocks.Length), [], Condition.Exists, Problems.Conflict),
            _ when work.Has(Outbox.Done) => change.Noting("done"),

            // Only what is inserted passes from the table to the queues: the message goes out as a new row.
            _ => change
                .Patch(
                    new Item(work.Key).Set(Outbox.Done, now).SetExpiry(now + Outbox.KeptFor), Outbox.OffTheIndex, Outbox.IsOpen,
                    Problems.Conflict)
                .Insert(Outbox.Write(
                    caller.Tenant, work.Need("topic"), work.Need("subject"), now, (int)work.Number("attempt"),
                    work.Need("origin"))),
        };
    }

    public static Key PlaceOf(Item listed)
    {
        var parts = listed.Key.Sort.Split(Between);
        return new Key(parts[0], parts[1]);
    }

    private static bool IsMessage(Key place) => place.Sort == Outbox.Sort;
}

internal static class HeldRefusals
{
    /// <summary>What long work answers when it finds its clinic frozen.</summary>
    public static readonly Refusal Frozen = new(503, "clinic-frozen", "The clinic is frozen: this goes on when it is released.");

    public static readonly Refusal Parked = new(503, "message-held", "This is put aside until the clinic is released.");
}
