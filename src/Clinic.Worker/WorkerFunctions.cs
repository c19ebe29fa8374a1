using System.Text.Json;
using Clinic.Lambda;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Messaging;
using Clinic.Platform.Trail;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Worker;

/// <summary>Answers one event of a worker.</summary>
public delegate Task<ReadOnlyMemory<byte>> WorkerFunction(ReadOnlyMemory<byte> payload, CancellationToken ct);

/// <summary>What the executable can be: the worker of one queue, the sealer of the trail, or the one of restores.</summary>
public static class WorkerFunctions
{
    /// <summary>The value of FUNCTION that makes this the sealer; workers of queues have QUEUE instead.</summary>
    public const string Sealer = FunctionNames.Sealer;

    /// <summary>The value of FUNCTION that makes this the one of restores.</summary>
    public const string Restorer = FunctionNames.Restorer;

    /// <summary>Chosen by the environment: one executable is deployed as many functions with roles of their own.</summary>
    /// <exception cref="InvalidOperationException">The environment names none, or two.</exception>
    public static WorkerFunction FunctionOf(this IServiceProvider services, Func<string, string?> variable) =>
        (variable("FUNCTION"), variable("QUEUE")) switch
        {
            (Sealer, null or "") => services.SealerFunction(),
            (Restorer, null or "") => services.RestorerFunction(),
            (null or "", { } name) when CloudParts.Queues.SingleOrDefault(q => q.Name == name) is { } queue
                => services.QueueFunction(queue),
            _ => throw new InvalidOperationException("QUEUE names no queue, and FUNCTION no other function."),
        };

    /// <summary>The function of one queue: SQS batches.</summary>
    public static WorkerFunction QueueFunction(this IServiceProvider services, QueueSpec queue)
    {
        var messages = services.QueueMessages(queue);
        return (payload, ct) => Run(messages, payload, ct);
    }

    /// <summary>The function of the Audit table's stream, see <see cref="AuditWatch"/>.</summary>
    public static WorkerFunction SealerFunction(this IServiceProvider services)
    {
        var watch = services.GetRequiredService<AuditWatch>();
        return (payload, ct) => Batch.InOrderAsync(
            DynamoDbEvent.Read(payload),
            r => r.SequenceNumber,
            (record, _) => Task.FromResult(Watch(watch, record)),
            (record, fault) => watch.Failed(record.SequenceNumber, fault),
            ct);
    }

    /// <summary>The function of restores, see <see cref="ReplayShreds"/>: an operator invokes it by hand.</summary>
    public static WorkerFunction RestorerFunction(this IServiceProvider services)
    {
        var replay = services.GetRequiredService<ReplayShreds>();
        return async (payload, ct) =>
        {
            var request = JsonSerializer.Deserialize(payload.Span, ReplayJson.Default.ReplayRequest)
                ?? throw new ArgumentException("No request.", nameof(payload));
            return JsonSerializer.SerializeToUtf8Bytes(await replay.Run(request, ct), ReplayJson.Default.ReplayReport);
        };
    }

    internal static async Task<ReadOnlyMemory<byte>> Run(
        QueueMessages messages, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        using var spent = CancellationTokenSource.CreateLinkedTokenSource(ct);
        spent.CancelAfter(messages.BatchMax);
        return await Batch.EachAsync(
            SqsEvent.Read(payload),
            m => m.MessageId,
            (m, token) => messages.Handle(m.MessageId, m.Body, token),
            (m, fault) => messages.Failed(m.MessageId, fault),
            spent.Token);
    }

    private static bool Watch(AuditWatch watch, StreamRecord record)
    {
        switch (record.Change)
        {
            case StreamChange.Insert:
                watch.EntryInserted();
                break;
            case StreamChange.Modify:
                watch.EntryChanged("MODIFY", record.Key("pk"), record.Key("sk"));
                break;
            default:
                watch.EntryChanged("REMOVE", record.Key("pk"), record.Key("sk"));
                break;
        }

        return true;
    }
}
