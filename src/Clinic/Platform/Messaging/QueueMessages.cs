using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Observe;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.Platform.Messaging;

/// <summary>The messages of one queue, one at a time; the host brings batches and names those that are not done.</summary>
internal sealed class QueueMessages(
    IServiceProvider services, Consumers consumers, TenantStores stores, QueueSpec queue, ILogger<QueueMessages> logger)
{
    /// <summary>
    /// True when the message's effect is committed, now or earlier, or it was put aside until its clinic is released. What it
    /// throws is the host's: one bad message must not fail its neighbours.
    /// </summary>
    public async Task<bool> Handle(string messageId, string text, CancellationToken ct)
    {
        try
        {
            using var body = Parse(text);
            var envelope = Envelope.Read(queue.Name, messageId, body.RootElement);
            if (!queue.Topics.Contains(envelope.Topic))
            {
                throw new MessageRefusedException("is not for this queue");
            }

            using var scope = services.CreateScope();
            var done = await consumers.Route(scope.ServiceProvider, envelope, stores, ct);
            var holds = done.Holds(out var why) || why == InboxRefusals.AlreadyDone || why == HeldRefusals.Parked;
            Log.Consumed(logger, messageId, envelope.Topic, envelope.Tenant?.Value ?? "-", why?.Code ?? "done");
            return holds;
        }
        catch (MessageRefusedException refused)
        {
            Log.MessageRefused(logger, messageId, queue.Name, refused.Message);
            await NoteRefused(messageId, refused.Message, ct);
            return false;
        }
    }

    /// <summary>All of one batch ends within this: its messages must not show again while it works on them.</summary>
    public TimeSpan BatchMax => queue.Timeout;

    public void Failed(string messageId, Exception fault) =>
        Log.ConsumerFailed(logger, messageId, queue.Name, fault.GetType().Name, Faults.Site(fault));

    /// <summary>
    /// A message that no outbox knows may be an attack: it is in the platform's trail before it is in the dead letters.
    /// </summary>
    private async Task NoteRefused(string messageId, string why, CancellationToken ct)
    {
        var caller = Caller.System(TenantId.Platform, queue.Name, messageId);
        await stores.For(caller).Note(new AuditEntry(caller, AuditAction.MessageRefused, AuditOutcome.Refused) { Note = why },
            ct);
    }

    /// <summary>Anybody who may send to the queue may send anything: what is no event is refused like a forged one.</summary>
    private static JsonDocument Parse(string body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw new MessageRefusedException("is not JSON");
        }
    }
}
