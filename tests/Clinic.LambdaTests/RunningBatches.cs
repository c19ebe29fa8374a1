using System.Text;
using System.Text.Json.Nodes;
using Clinic.Lambda;

namespace Clinic.LambdaTests;

/// <summary>Events of queues, streams and schedules, and the answer to a batch: all fail until proven done.</summary>
public sealed class RunningBatches
{
    [Theory]
    [InlineData("done done", "", "0 1")]
    [InlineData("throws done not-done", "0 2", "0 1 2")]
    [InlineData("cancels done", "0", "0 1")]
    [InlineData("at-once done", "0", "0 1")]
    public async Task Of_a_queue_each_fails_on_its_own(string records, string failed, string seen) =>
        Assert.Equal((failed, seen), await Run(records, inOrder: false));

    [Theory]
    [InlineData("done done", "", "0 1")]
    [InlineData("done throws done", "1", "0 1")]
    [InlineData("not-done done done", "0", "0")]
    [InlineData("done cancels", "1", "0 1")]
    public async Task Of_a_stream_the_first_failure_ends_the_batch(string records, string failed, string seen) =>
        Assert.Equal((failed, seen), await Run(records, inOrder: true));

    [Fact]
    public async Task What_time_did_not_reach_has_failed()
    {
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        Assert.Equal(("0 1", ""), await Run("done done", inOrder: false, over.Token));
        Assert.Equal(("0", ""), await Run("done done", inOrder: true, over.Token));
    }

    [Fact]
    public void Messages_of_a_queue_are_read()
    {
        var messages = SqsEvent.Read("""
            {"Records":[{"messageId":"m1","body":"{\"a\":1}","attributes":{"ApproximateReceiveCount":"3"}},{"messageId":"m2"}]}
            """u8.ToArray());
        Assert.Equal([new SqsMessage("m1", "{\"a\":1}", 3), new SqsMessage("m2", "", 0)], messages);
    }

    [Fact]
    public void Records_of_a_stream_are_read()
    {
        var records = DynamoDbEvent.Read(Events.Bytes("stream/audit-overwritten"));
        Assert.Equal([StreamChange.Insert, StreamChange.Modify, StreamChange.Remove], records.Select(r => r.Change));
        Assert.Equal("111000000000012345680", records[1].SequenceNumber);
        Assert.Equal("T#abcdefgh#AUD#2026112506#3", records[1].Key("pk"));
        Assert.Equal([true, true, false], records.Select(r => r.NewImage is not null));
        Assert.Equal([false, true, true], records.Select(r => r.OldImage is not null));
    }

    [Fact]
    public void A_schedule_is_read()
    {
        var tick = ScheduledEvent.Read(Events.Bytes("schedule/every-minute"));
        Assert.Equal(("aws.events", "Scheduled Event"), (tick.Source, tick.DetailType));
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 6, 30, 0, TimeSpan.Zero), tick.Time);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"Records":{}}""")]
    [InlineData("""{"Records":[{"body":"no id"}]}""")]
    [InlineData("""{"Records":[{"messageId":""}]}""")]
    [InlineData("""{"Records":[{"eventName":"TRUNCATE","dynamodb":{"Keys":{},"SequenceNumber":"1"}}]}""")]
    [InlineData("""{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1"}}]}""")]
    [InlineData("""{"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{}}}]}""")]
    public void What_is_no_event_fails_the_whole_invocation(string json)
    {
        var payload = Encoding.UTF8.GetBytes(json);
        Assert.Throws<FormatException>(() => SqsEvent.Read(payload));
        Assert.Throws<FormatException>(() => DynamoDbEvent.Read(payload));
        Assert.Throws<FormatException>(() => ScheduledEvent.Read(payload));
    }

    private static async Task<(string Failed, string Seen)> Run(string records, bool inOrder, CancellationToken ct = default)
    {
        var seen = new List<string>();
        var all = records.Split(' ').Select((what, i) => (Id: $"{i}", What: what)).ToList();
        var answer = await (inOrder
            ? Batch.InOrderAsync(all, r => r.Id, Handle, Failed, ct)
            : Batch.EachAsync(all, r => r.Id, Handle, Failed, ct));
        var failures = JsonNode.Parse(answer.Span)!["batchItemFailures"]!.AsArray();
        return (string.Join(' ', failures.Select(f => f!["itemIdentifier"]!.GetValue<string>())), string.Join(' ', seen));

        Task<bool> Handle((string Id, string What) record, CancellationToken token)
        {
            seen.Add(record.Id);
            return record.What switch
            {
                "done" => Task.FromResult(true),
                "not-done" => Task.FromResult(false),
                "cancels" => Task.FromCanceled<bool>(new CancellationToken(canceled: true)),
                "throws" => Task.FromException<bool>(new InvalidTimeZoneException()),
                _ => throw new InvalidTimeZoneException(),
            };
        }

        static void Failed((string Id, string What) record, Exception fault) => Assert.NotNull(fault);
    }
}
