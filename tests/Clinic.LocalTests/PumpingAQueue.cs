using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Clinic.Local;
using Clinic.Platform.Cloud;

namespace Clinic.LocalTests;

[Collection(LocalCloud.Collection)]
public sealed class PumpingAQueue(LocalCloud cloud)
{
    private static readonly QueueSpec Queue = CloudParts.Notifications;

    private readonly ConcurrentQueue<JsonElement> _events = [];
    private readonly ConcurrentQueue<string> _trouble = [];

    [Fact]
    public async Task The_event_has_the_shape_that_Lambda_gives_it()
    {
        var url = await cloud.EmptyQueueAsync(Queue);
        await using var pump = await StartAsync(_ => """{"batchItemFailures":[]}""");
        await cloud.Sqs.SendMessageAsync(url, "hello");
        await Soon.HoldsAsync("the queue is empty", async () => !_events.IsEmpty && await cloud.CountAsync(url) == 0);

        var record = Assert.Single(Records(_events.Single()));
        Assert.Equal(
            [
                "messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody", "eventSource",
                "eventSourceARN", "awsRegion",
            ],
            record.EnumerateObject().Select(p => p.Name));
        Assert.Equal("hello", record.GetProperty("body").GetString());
        Assert.Equal("5d41402abc4b2a76b9719d911017c592", record.GetProperty("md5OfBody").GetString());
        Assert.Equal("aws:sqs", record.GetProperty("eventSource").GetString());
        Assert.Equal(LocalCloud.Names.QueueArn(Queue), record.GetProperty("eventSourceARN").GetString());
        Assert.Equal("ap-south-1", record.GetProperty("awsRegion").GetString());
        Assert.Equal("1", record.GetProperty("attributes").GetProperty("ApproximateReceiveCount").GetString());
        Assert.NotNull(record.GetProperty("attributes").GetProperty("SentTimestamp").GetString());
    }

    [Fact]
    public async Task Only_what_did_not_fail_is_deleted_and_the_rest_comes_again()
    {
        var url = await cloud.EmptyQueueAsync(Queue);
        await cloud.Sqs.SendMessageBatchAsync(url, ["good1", "bad", "good2"]);
        await using var pump = await StartAsync(e => Failures(Records(e)
            .Where(r => r.GetProperty("body").GetString() == "bad" && Receives(r) == 1)
            .Select(r => r.GetProperty("messageId").GetString()!)));
        await Soon.HoldsAsync("the queue is empty", async () => await cloud.CountAsync(url) == 0);

        var handled = _events.SelectMany(Records).Select(r => (r.GetProperty("body").GetString(), Receives(r))).ToList();
        Assert.Equal([("bad", 1), ("bad", 2), ("good1", 1), ("good2", 1)], handled.Order());
        Assert.Contains(_trouble, t => t.Contains("1 of 3 messages failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_too_many_receives_a_message_goes_to_the_dead_letter_queue()
    {
        // Of all queues this one allows the fewest receives.
        var queue = CloudParts.Retention;
        var url = await cloud.EmptyQueueAsync(queue);
        var deadLetters = await cloud.Sqs.GetQueueUrlAsync(LocalCloud.Names.DeadLetterQueue(queue));
        await cloud.Sqs.SendMessageAsync(url, "poison");
        await using var pump = await StartAsync(_ => throw new InvalidOperationException("private words"), queue);
        await Soon.HoldsAsync("the message is a dead letter", async () => await cloud.CountAsync(deadLetters) == 1, 30);

        Assert.Equal(Enumerable.Range(1, queue.ReceivesMax), _events.SelectMany(Records).Select(Receives));
        Assert.Equal(0, await cloud.CountAsync(url));
        Assert.Contains(_trouble, t => t.Contains(nameof(InvalidOperationException), StringComparison.Ordinal));
        Assert.DoesNotContain(_trouble, t => t.Contains("private words", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_function_killed_in_the_middle_gets_the_message_again()
    {
        var url = await cloud.EmptyQueueAsync(CloudParts.Imports);
        await using var function = await LiveFunction.StartAsync();
        var invocations = 0;
        await using var pump = await QueuePump.StartAsync(
            cloud.StandIns.Sqs,
            LocalCloud.Names,
            CloudParts.Imports,
            async (_, _, ct) =>
            {
                var what = Interlocked.Increment(ref invocations) == 1 ? Roles.Do.Hang : Roles.Do.Echo;
                await function.Api.InvokeAsync(Encoding.UTF8.GetBytes($"{{\"do\":\"{what}\"}}"), ct);
                return default;
            },
            _trouble.Enqueue);
        var first = function.Process.Pid;
        await cloud.Sqs.SendMessageAsync(url, "work");
        await Soon.HoldsAsync("the function has it", () => function.Lines.Any(l => l.Contains("hang", StringComparison.Ordinal)));

        function.Process.Kill();

        await Soon.HoldsAsync("the message was done", async () => await cloud.CountAsync(url) == 0);
        Assert.Equal(2, Volatile.Read(ref invocations));
        Assert.Contains(_trouble, t => t.Contains("Runtime.ExitError", StringComparison.Ordinal));
        Assert.NotEqual(first, function.Process.Pid);
        Assert.Equal(1, function.Process.Restarts);
    }

    [Fact]
    public async Task A_pump_that_stopped_keeps_no_message_from_its_successor()
    {
        var url = await cloud.EmptyQueueAsync(Queue);
        var first = await StartAsync(_ => "{}");
        await cloud.Sqs.SendMessageAsync(url, "to the first");
        await Soon.HoldsAsync("the first pump works", async () => !_events.IsEmpty && await cloud.CountAsync(url) == 0);
        await first.DisposeAsync();
        _events.Clear();

        await using var second = await StartAsync(_ => "{}");
        await cloud.Sqs.SendMessageAsync(url, "to the second");
        await Soon.HoldsAsync("the second pump works", async () => !_events.IsEmpty && await cloud.CountAsync(url) == 0);
        Assert.Equal(1, Receives(Assert.Single(Records(_events.Single()))));
    }

    [Theory]
    [InlineData("", "a b")]
    [InlineData("null", "a b")]
    [InlineData("{}", "a b")]
    [InlineData("""{"batchItemFailures":null}""", "a b")]
    [InlineData("""{"batchItemFailures":[]}""", "a b")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"a"}]}""", "b")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"a"}]}""", "b")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}""", "")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"stranger"}]}""", "")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""", "")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""", "")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":7}]}""", "")]
    [InlineData("""{"batchItemFailures":[{"id":"a"}]}""", "")]
    [InlineData("""{"batchItemFailures":["a"]}""", "")]
    [InlineData("""{"batchItemFailures":"a"}""", "")]
    [InlineData("""{"batchItemFailures":[""", "")]
    [InlineData("[]", "")]
    [InlineData("\"OK\"", "")]
    [InlineData("<html>", "")]
    public void An_answer_decides_what_is_deleted(string answer, string deleted) =>
        Assert.Equal(
            deleted.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            BatchAnswer.Succeeded(Encoding.UTF8.GetBytes(answer), ["a", "b"]).Order());

    private Task<QueuePump> StartAsync(Func<JsonElement, string> handle, QueueSpec? queue = null) => QueuePump.StartAsync(
        cloud.StandIns.Sqs,
        LocalCloud.Names,
        queue ?? Queue,
        (_, payload, _) =>
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement.Clone();
            _events.Enqueue(root);
            return Task.FromResult<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(handle(root)));
        },
        _trouble.Enqueue);

    private static List<JsonElement> Records(JsonElement root) => [.. root.GetProperty("Records").EnumerateArray()];

    private static int Receives(JsonElement record) => int.Parse(
        record.GetProperty("attributes").GetProperty("ApproximateReceiveCount").GetString()!,
        System.Globalization.CultureInfo.InvariantCulture);

    private static string Failures(IEnumerable<string> ids) =>
        $$"""{"batchItemFailures":[{{string.Join(',', ids.Select(id => $$"""{"itemIdentifier":"{{id}}"}"""))}}]}""";
}
