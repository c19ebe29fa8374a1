using System.Buffers;
using System.Text.Json;

namespace Clinic.Local;

/// <summary>
/// A function that a stream feeds: records in their order, and again from the first one that its answer names, until all are
/// done. What DynamoDB's stream gives and what Lambda hands on have one form.
/// </summary>
/// <param name="function">Answers an event; throws when the invocation failed.</param>
/// <param name="trouble">One line per invocation that did not do all.</param>
public sealed class StreamFunction(
    Func<ReadOnlyMemory<byte>, CancellationToken, Task<ReadOnlyMemory<byte>>> function, Action<string> trouble)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    public async Task TakeAsync(IReadOnlyList<JsonElement> records, CancellationToken ct)
    {
        for (var done = 0; done < records.Count;)
        {
            var open = records.Skip(done).ToList();
            var invocation = Task.Run(() => function(Event(open), ct), CancellationToken.None);
            await ((Task)invocation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            done += invocation.IsCompletedSuccessfully ? Done(await invocation, open) : 0;
            if (done < records.Count)
            {
                trouble($"A stream's function left {records.Count - done} of {records.Count} records. Trying again.");
                await Task.Delay(RetryAfter, ct);
            }
        }
    }

    private static int Done(ReadOnlyMemory<byte> answer, List<JsonElement> open)
    {
        var places = open.Select(OutboxRecord.Sequence).ToList();
        var succeeded = BatchAnswer.Succeeded(answer, places);
        var failed = places.FindIndex(p => !succeeded.Contains(p));
        return failed < 0 ? open.Count : failed;
    }

    private static ReadOnlyMemory<byte> Event(List<JsonElement> records)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("Records");
            foreach (var record in records)
            {
                record.WriteTo(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
