using System.Globalization;
using System.Text.Json;

namespace Clinic.Local;

/// <summary>A received message. Attributes and message attributes stay as SQS gave them.</summary>
public sealed record SqsMessage(
    string MessageId,
    string ReceiptHandle,
    string Body,
    string Md5OfBody,
    JsonElement? Attributes,
    JsonElement? MessageAttributes)
{
    /// <summary>1 at the first receive.</summary>
    public int ReceiveCount =>
        Attributes is { } all && all.TryGetProperty("ApproximateReceiveCount", out var count)
            ? int.Parse(count.GetString()!, CultureInfo.InvariantCulture)
            : 1;
}
