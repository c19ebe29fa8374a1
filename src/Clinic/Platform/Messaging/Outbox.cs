using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Platform.Messaging;

/// <summary>
/// Messages as rows of the transaction that causes them (MSG-7). The table stream carries each INSERT to the queue of its
/// topic; what a consumer has not marked as done after a quarter of an hour is inserted again.
/// </summary>
internal static class Outbox
{
    public const string Sort = "OUT";
    public const string Done = "done";
    public static readonly TimeSpan RedriveAfter = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    public static Item Write(
        TenantId tenant, string topic, string subject, DateTimeOffset now, int attempt = 1, string? origin = null)
    {
        var id = Guid.CreateVersion7(now);
        return new Item(Keys.Outbox(id))
            .Set("topic", topic)
            .Set("tenant", tenant.Value)
            .Set("id", Keys.Hex(id))
            .Set("origin", origin ?? Keys.Hex(id))
            .Set("subject", subject)
            .Set("attempt", attempt)
            .Set("at", now)
            .SetDue(now + RedriveAfter)
            .SetExpiry(now + KeptFor);
    }

    /// <summary>
    /// Neither handled nor followed by another sending. It is a condition of the effect too: a slow consumer of a message that
    /// was driven again meanwhile must not act beside the consumer of the new one.
    /// </summary>
    public static Condition IsOpen => Condition.Exists.And(Condition.Lacks(Done));

    /// <summary>Marks a message as done and takes it off the due index.</summary>
    public static Operation Mark(Guid id, DateTimeOffset now)
    {
        var place = Keys.Outbox(id);
        var mark = new Item(place).Set(Done, now);
        return new Operation(OperationKind.Patch, CloudParts.Records, place, mark, IsOpen, InboxRefusals.AlreadyDone)
        {
            Remove = OffTheIndex,
        };
    }

    public static IReadOnlyList<string> OffTheIndex => [CloudParts.DueIndex.PartitionKey, CloudParts.DueIndex.SortKey];
}

/// <summary>A message's effect happens once per queue: its key is inserted with the effect.</summary>
internal static class Inbox
{
    /// <summary>Longer than a message can live in a queue and its dead letters.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    public static Item Write(string queue, string message, DateTimeOffset now) =>
        new Item(Keys.Inbox(queue, message)).Set("at", now).SetExpiry(now + KeptFor);
}

internal static class InboxRefusals
{
    public static readonly Refusal AlreadyDone = new(409, "message-done", "This message was handled before.");
}
