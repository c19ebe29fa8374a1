using System.Globalization;
using System.Text.Json;

namespace Clinic.Lambda;

/// <summary>One message of an SQS event.</summary>
/// <param name="ReceiveCount">How often it was received, this time included; 0 when the event does not say.</param>
public sealed record SqsMessage(string MessageId, string Body, int ReceiveCount);

/// <summary>The event of an SQS event source.</summary>
public static class SqsEvent
{
    /// <exception cref="FormatException">
    /// It is no such event. None of its messages can be told apart, so the whole invocation has to fail.
    /// </exception>
    public static IReadOnlyList<SqsMessage> Read(ReadOnlyMemory<byte> payload) =>
        EventJson.Records(payload, record => new SqsMessage(
            EventJson.Text(record, "messageId"),
            record.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.String ? body.GetString()! : "",
            ReceiveCount(record)));

    private static int ReceiveCount(JsonElement record) =>
        record.TryGetProperty("attributes", out var attributes) && attributes.ValueKind == JsonValueKind.Object
        && attributes.TryGetProperty("ApproximateReceiveCount", out var count) && count.ValueKind == JsonValueKind.String
        && int.TryParse(count.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
