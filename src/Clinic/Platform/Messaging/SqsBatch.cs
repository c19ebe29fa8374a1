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

/// <summary>
/// An SQS batch as Lambda gives it. Every message counts as failed until its effect is committed; the answer names the failed
/// ones, so that only they come again. A batch ends before its messages show again: what is not done by then counts as failed.
/// </summary>
internal sealed class SqsBatch(
    IServiceProvider services, Consumers consumers, TenantStores stores, QueueSpec queue, CallBudget budget,
    ILogger<SqsBatch> logger)
{
    public async Task<ReadOnlyMemory<byte>> Handle(ReadOnlyMemory<byte> sqsEvent, CancellationToken ct)
    {
        using var spent = CancellationTokenSource.CreateLinkedTokenSource(ct);
        spent.CancelAfter(queue.Visibility - budget.BatchMargin);
        using var batch = JsonDocument.Parse(sqsEvent);
        var failed = new List<string>();
        foreach (var record in batch.RootElement.GetProperty("Records").EnumerateArray())
        {
            var messageId = record.GetProperty("messageId").GetString() ?? "";
            if (spent.IsCancellationRequested || !await HandleOne(messageId, record, spent.Token))
            {
                failed.Add(messageId);
            }
        }

        return Answer(failed);
    }

    private async Task<bool> HandleOne(string messageId, JsonElement record, CancellationToken ct)
    {
        try
        {
            return await ConsumeOrRefuse(messageId, record.GetProperty("body").GetString() ?? "", ct);
        }
        catch (Exception fault)
        {
            // The one place where a worker catches everything: one bad message must not fail its neighbours.
            Log.ConsumerFailed(logger, messageId, queue.Name, fault.GetType().Name, Faults.Site(fault));
            return false;
        }
    }

    private async Task<bool> ConsumeOrRefuse(string messageId, string text, CancellationToken ct)
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
            var holds = done.Holds(out var why) || why == InboxRefusals.AlreadyDone;
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

    private static ReadOnlyMemory<byte> Answer(List<string> failed)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("batchItemFailures");
            foreach (var id in failed)
            {
                json.WriteStartObject();
                json.WriteString("itemIdentifier", id);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
