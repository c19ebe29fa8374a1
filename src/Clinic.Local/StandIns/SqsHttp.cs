using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Clinic.Local;

/// <summary>
/// SQS's JSON protocol over HTTP, for the stand-in only: unsigned. The deployed system never calls SQS itself (the bus fills
/// queues and Lambda empties them), so no SDK is needed for it.
/// </summary>
public sealed class SqsHttp(Uri endpoint) : IDisposable
{
    private const int BatchMax = 10;

    private readonly AwsJson _sqs = new(endpoint, "AmazonSQS");

    /// <summary>Creates the queue, or gives an existing one these attributes. Answers its URL.</summary>
    public async Task<string> CreateQueueAsync(
        string name, IReadOnlyDictionary<string, string> attributes, CancellationToken ct = default)
    {
        try
        {
            using var created = await CallAsync("CreateQueue", ct, ("QueueName", name), ("Attributes", Map(attributes)));
            return created.RootElement.GetProperty("QueueUrl").GetString()!;
        }
        catch (AwsJsonException refused) when (refused.Code == "QueueNameExists")
        {
            var url = await GetQueueUrlAsync(name, ct);
            using var set = await CallAsync("SetQueueAttributes", ct, ("QueueUrl", url), ("Attributes", Map(attributes)));
            return url;
        }
    }

    public async Task<string> GetQueueUrlAsync(string name, CancellationToken ct = default)
    {
        using var answer = await CallAsync("GetQueueUrl", ct, ("QueueName", name));
        return answer.RootElement.GetProperty("QueueUrl").GetString()!;
    }

    public async Task<IReadOnlyDictionary<string, string>> GetQueueAttributesAsync(string url, CancellationToken ct = default)
    {
        using var answer = await CallAsync("GetQueueAttributes", ct, ("QueueUrl", url), ("AttributeNames", AwsJson.List("All")));
        var attributes = answer.RootElement.GetProperty("Attributes");
        return attributes.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
    }

    /// <summary>Answers the message id.</summary>
    public async Task<string> SendMessageAsync(string url, string body, CancellationToken ct = default)
    {
        using var answer = await CallAsync("SendMessage", ct, ("QueueUrl", url), ("MessageBody", body));
        return answer.RootElement.GetProperty("MessageId").GetString()!;
    }

    /// <summary>Any number of messages, in calls of ten; throws when one of them was refused.</summary>
    public async Task SendMessageBatchAsync(string url, IEnumerable<string> bodies, CancellationToken ct = default)
    {
        foreach (var chunk in bodies.Chunk(BatchMax))
        {
            var entries = Entries(chunk.Select(body => ("MessageBody", body)));
            using var answer = await CallAsync("SendMessageBatch", ct, ("QueueUrl", url), ("Entries", entries));
            RequireAllDone(answer);
        }
    }

    /// <param name="wait">Long polling: how long SQS may hold the call while the queue is empty, up to 20 s.</param>
    public async Task<IReadOnlyList<SqsMessage>> ReceiveMessageAsync(
        string url, int messagesMax, TimeSpan wait, CancellationToken ct = default)
    {
        var request = AwsJson.Object(
            ("QueueUrl", url),
            ("MaxNumberOfMessages", Math.Min(messagesMax, BatchMax)),
            ("WaitTimeSeconds", (int)wait.TotalSeconds),
            ("MessageSystemAttributeNames", AwsJson.List("All")),
            ("MessageAttributeNames", AwsJson.List("All")));
        using var answer = await _sqs.CallAsync("ReceiveMessage", request, ct);
        return answer.RootElement.TryGetProperty("Messages", out var messages)
            ? [.. messages.EnumerateArray().Select(Message)]
            : [];
    }

    public async Task DeleteMessageBatchAsync(string url, IEnumerable<string> receiptHandles, CancellationToken ct = default)
    {
        foreach (var chunk in receiptHandles.Chunk(BatchMax))
        {
            var entries = Entries(chunk.Select(handle => ("ReceiptHandle", handle)));
            using var answer = await CallAsync("DeleteMessageBatch", ct, ("QueueUrl", url), ("Entries", entries));
            RequireAllDone(answer);
        }
    }

    /// <summary>Gives received messages back at once, instead of after the visibility timeout.</summary>
    public async Task MakeVisibleBatchAsync(string url, IEnumerable<string> receiptHandles, CancellationToken ct = default)
    {
        foreach (var chunk in receiptHandles.Chunk(BatchMax))
        {
            var entries = Entries(chunk.Select(handle => ("ReceiptHandle", handle)));
            foreach (var entry in entries)
            {
                entry!["VisibilityTimeout"] = 0;
            }

            using var answer = await CallAsync("ChangeMessageVisibilityBatch", ct, ("QueueUrl", url), ("Entries", entries));
            RequireAllDone(answer);
        }
    }

    public async Task PurgeQueueAsync(string url, CancellationToken ct = default)
    {
        using var answer = await CallAsync("PurgeQueue", ct, ("QueueUrl", url));
    }

    public void Dispose() => _sqs.Dispose();

    private static SqsMessage Message(JsonElement message) => new(
        message.GetProperty("MessageId").GetString()!,
        message.GetProperty("ReceiptHandle").GetString()!,
        message.GetProperty("Body").GetString()!,
        message.GetProperty("MD5OfBody").GetString()!,
        message.TryGetProperty("Attributes", out var attributes) ? attributes.Clone() : null,
        message.TryGetProperty("MessageAttributes", out var own) ? own.Clone() : null);

    private Task<JsonDocument> CallAsync(string action, CancellationToken ct, params (string Name, JsonNode Value)[] members) =>
        _sqs.CallAsync(action, AwsJson.Object(members), ct);

    private static void RequireAllDone(JsonDocument answer)
    {
        if (answer.RootElement.TryGetProperty("Failed", out var failed) && failed.GetArrayLength() > 0)
        {
            throw new AwsJsonException(
                failed[0].GetProperty("Code").GetString()!, $"{failed.GetArrayLength()} entries of a batch were refused.");
        }
    }

    private static JsonObject Map(IReadOnlyDictionary<string, string> map) =>
        AwsJson.Object([.. map.Select(p => (p.Key, (JsonNode)p.Value))]);

    private static JsonArray Entries(IEnumerable<(string Name, string Value)> values)
    {
        var entries = new JsonArray();
        foreach (var (name, value) in values)
        {
            entries.Add((JsonNode)AwsJson.Object(("Id", entries.Count.ToString(CultureInfo.InvariantCulture)), (name, value)));
        }

        return entries;
    }
}
