using System.Buffers;
using System.Text.Json;

namespace Clinic.Lambda;

/// <summary>
/// Runs the records of an event and makes the answer that names those to come again (<c>ReportBatchItemFailures</c>). Every
/// record counts as failed until its handler said that it is done: an exception, a cancelled task, or time that ran out leave
/// it failed.
/// </summary>
public static class Batch
{
    /// <summary>Each record on its own: a bad one does not keep its neighbours from being handled.</summary>
    /// <param name="id">What Lambda calls the record, for SQS the message id.</param>
    /// <param name="failed">Gets what a handler threw.</param>
    public static async Task<ReadOnlyMemory<byte>> EachAsync<T>(
        IReadOnlyList<T> records, Func<T, string> id, Func<T, CancellationToken, Task<bool>> handle,
        Action<T, Exception> failed, CancellationToken ct)
    {
        var open = new List<string>();
        foreach (var record in records)
        {
            if (!await DoneAsync(record, handle, failed, ct))
            {
                open.Add(id(record));
            }
        }

        return Answer(open);
    }

    /// <summary>
    /// In order, for streams: the first failure ends the batch, and Lambda starts again with it. What comes after it is not
    /// touched, so nothing overtakes.
    /// </summary>
    /// <param name="sequenceNumber">The record's place in its shard.</param>
    public static async Task<ReadOnlyMemory<byte>> InOrderAsync<T>(
        IReadOnlyList<T> records, Func<T, string> sequenceNumber, Func<T, CancellationToken, Task<bool>> handle,
        Action<T, Exception> failed, CancellationToken ct)
    {
        foreach (var record in records)
        {
            if (!await DoneAsync(record, handle, failed, ct))
            {
                return Answer([sequenceNumber(record)]);
            }
        }

        return Answer([]);
    }

    private static async Task<bool> DoneAsync<T>(
        T record, Func<T, CancellationToken, Task<bool>> handle, Action<T, Exception> failed, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return false;
        }

        var work = CallAsync(record, handle, ct);
        await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (work.IsCompletedSuccessfully)
        {
            return await work;
        }

        failed(record, work.Exception?.InnerException ?? new OperationCanceledException(ct));
        return false;
    }

    private static async Task<bool> CallAsync<T>(
        T record, Func<T, CancellationToken, Task<bool>> handle, CancellationToken ct) => await handle(record, ct);

    private static ReadOnlyMemory<byte> Answer(List<string> failed)
    {
        var buffer = new ArrayBufferWriter<byte>();
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

        return buffer.WrittenMemory;
    }
}
