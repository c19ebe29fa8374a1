using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Platform.Messaging;

/// <summary>A message as its consumer sees it: re-read from the clinic's own outbox, so a forged one has no effect.</summary>
/// <param name="Origin">Id of the first sending: stays the same when an unmarked message is driven again under a new id.</param>
internal sealed record Delivery(
    string Queue, string Topic, Guid Id, string Origin, string Subject, Caller Caller, TenantStore Store)
{
    /// <summary>A change that is this message's effect: it happens once, however often the message comes.</summary>
    public Change Effect(AuditAction action, PatientId? patient = null, string? subject = null) =>
        Change.By(Caller, action, patient, subject).InResponseTo(Queue, Keys.Hex(Id), Id);

    /// <summary>
    /// Asked between the steps of long work, which ends with <see cref="HeldRefusals.Frozen"/> when it is so, and goes on from
    /// its last step when the clinic is released.
    /// </summary>
    public async Task<bool> IsFrozen(CancellationToken ct) =>
        (await StoreParts.StateOf(Store, ct)).Status == TenantStatus.Frozen;
}

/// <summary>What a queue brought, before it is believed.</summary>
internal sealed record Envelope(string Queue, string MessageId, string Topic, JsonElement Detail)
{
    /// <summary>The clinic that the event names, if it names one.</summary>
    public TenantId? Tenant => TenantId.TryParse(Text("tenant"), out var tenant) ? tenant : null;

    /// <exception cref="MessageRefusedException">The body is not an event.</exception>
    public static Envelope Read(string queue, string messageId, JsonElement body) =>
        body.ValueKind == JsonValueKind.Object
        && body.TryGetProperty("detail-type", out var topic) && topic.ValueKind == JsonValueKind.String
        && body.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.Object
            ? new(queue, messageId, topic.GetString()!, detail)
            : throw new MessageRefusedException("is not an event");

    /// <summary>A text member of the detail; null when it is not there, or no text.</summary>
    public string? Text(string name) =>
        Detail.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>Handlers by topic; made of the modules' lists. A topic that nobody handles is an error, never silence.</summary>
internal sealed class Consumers
{
    private readonly Dictionary<string, Func<IServiceProvider, Delivery, CancellationToken,
    Task<Done>>> deliveries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<IServiceProvider, Envelope, CancellationToken,
    Task<Done>>> signals = new(StringComparer.Ordinal);

    private readonly HashSet<string> notices = new(StringComparer.Ordinal);

    public IEnumerable<string> Topics => deliveries.Keys.Concat(signals.Keys);

    /// <summary>A message of a clinic's outbox.</summary>
    public void On(string topic, Func<IServiceProvider, Delivery, CancellationToken, Task<Done>> handle) =>
        deliveries.Add(topic, handle);

    /// <summary>
    /// A message that tells a clinic's own people something, and goes on while the clinic is frozen (INC-7): its consumer works
    /// on the role TenantNotice, always, so that what a freeze leaves possible is what is done every day.
    /// </summary>
    public void OnNotice(string topic, Func<IServiceProvider, Delivery, CancellationToken, Task<Done>> handle)
    {
        On(topic, handle);
        notices.Add(topic);
    }

    public bool IsNotice(string topic) => notices.Contains(topic);

    /// <summary>A signal from AWS or the schedule; it has no outbox item.</summary>
    public void OnSignal(string topic, Func<IServiceProvider, Envelope, CancellationToken, Task<Done>> handle) =>
        signals.Add(topic, handle);

    public Task<Done> Route(IServiceProvider services, Envelope envelope, TenantStores stores, CancellationToken ct)
    {
        if (signals.TryGetValue(envelope.Topic, out var signal))
        {
            return signal(services, envelope, ct);
        }

        return deliveries.TryGetValue(envelope.Topic, out var handle)
            ? Deliver(services, envelope, stores, handle, ct)
            : throw new MessageRefusedException("no consumer for the topic");
    }

    private async Task<Done> Deliver(
        IServiceProvider services, Envelope envelope, TenantStores stores,
        Func<IServiceProvider, Delivery, CancellationToken, Task<Done>> handle, CancellationToken ct)
    {
        if (envelope.Tenant is not { } tenant || !Guid.TryParseExact(envelope.Text("message"), "N", out var id))
        {
            throw new MessageRefusedException("names no clinic or message");
        }

        var isNotice = IsNotice(envelope.Topic);
        var cause = Keys.Hex(id);
        var store = stores.For(
            isNotice ? Caller.Notice(tenant, envelope.Topic, cause) : Caller.System(tenant, envelope.Topic, cause));
        var rows = await store.GetMany([Keys.Outbox(id), Keys.State], ct);
        var item = rows.FirstOrDefault(r => r.Key == Keys.Outbox(id));
        if (item is null || item.Text("tenant") != tenant.Value || item.Text("topic") != envelope.Topic)
        {
            throw new MessageRefusedException("is not in the clinic's outbox");
        }

        if (item.Has(Outbox.Done))
        {
            return InboxRefusals.AlreadyDone;
        }

        if (!isNotice && Held.IsFrozen(rows))
        {
            return await Held.Park(store, item.Key, ct);
        }

        var message = new Delivery(
            envelope.Queue, envelope.Topic, id, item.Need("origin"), item.Need("subject"), store.Caller, store);
        var done = await handle(services, message, ct);
        return !done.Holds(out var why) && why == HeldRefusals.Frozen ? await Held.Park(store, item.Key, ct) : done;
    }
}

/// <summary>The message can never be handled: it goes to the dead letters, where an alarm waits.</summary>
internal sealed class MessageRefusedException(string why) : InvalidOperationException(why);

/// <summary>Not now: the message shall come again.</summary>
internal static class DeliveryRefusals
{
    public static readonly Refusal Later = new(503, "message-later", "This message waits for something and comes again.");
}
