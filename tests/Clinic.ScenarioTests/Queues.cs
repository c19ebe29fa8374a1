using System.Text.Json.Nodes;
using Clinic.Local;
using Clinic.Platform.Cloud;
using Clinic.Testing;

namespace Clinic.ScenarioTests;

/// <summary>Messages that a test puts into a queue itself: copies, and forged ones.</summary>
internal static class Queues
{
    /// <summary>The body that the bus makes of an outbox row. Answers the id that the queue gave.</summary>
    public static async Task<string> Send(ClinicApp app, QueueSpec queue, string topic, string tenant, string message)
    {
        using var sqs = new SqsHttp(app.Cloud.StandIns.Sqs);
        var body = new JsonObject
        {
            ["detail-type"] = topic,
            ["detail"] = new JsonObject { ["tenant"] = tenant, ["message"] = message },
        };
        return await sqs.SendMessageAsync(await sqs.GetQueueUrlAsync(CloudNames.Local.Queue(queue)), body.ToJsonString());
    }

    /// <summary>
    /// Whether a message that names this outbox row is in the dead letters. Those it looks at stay invisible for a while.
    /// </summary>
    public static async Task<bool> IsDead(ClinicApp app, QueueSpec queue, string message)
    {
        using var sqs = new SqsHttp(app.Cloud.StandIns.Sqs);
        var url = await sqs.GetQueueUrlAsync(CloudNames.Local.DeadLetterQueue(queue));
        var found = await sqs.ReceiveMessageAsync(url, messagesMax: 10, TimeSpan.Zero);
        return found.Any(m => m.Body.Contains(message, StringComparison.Ordinal));
    }

    /// <summary>What the worker's log says of a message in the end; null before.</summary>
    public static string? Result(string messageId) =>
        LogCapture.Lines.LastOrDefault(l => l.Contains($"Message {messageId} of", StringComparison.Ordinal)
            && l.Contains(": ", StringComparison.Ordinal))
            ?.Split(": ")[^1].Trim();
}
