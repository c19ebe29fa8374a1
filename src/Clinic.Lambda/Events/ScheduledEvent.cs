using System.Globalization;
using System.Text.Json;

namespace Clinic.Lambda;

/// <summary>The event of an EventBridge rule, for example of a schedule, that calls a function without a queue between.</summary>
/// <param name="Time">When the event was due.</param>
/// <param name="Detail">The event's own JSON object; empty for a bare schedule.</param>
public sealed record ScheduledEvent(string Id, string Source, string DetailType, DateTimeOffset Time, JsonElement Detail)
{
    /// <exception cref="FormatException">It is no such event.</exception>
    public static ScheduledEvent Read(ReadOnlyMemory<byte> payload)
    {
        using var json = JsonDocument.Parse(payload);
        var root = json.RootElement;
        var time = EventJson.Text(root, "time");
        return new ScheduledEvent(
            EventJson.Text(root, "id"),
            EventJson.Text(root, "source"),
            EventJson.Text(root, "detail-type"),
            DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : throw new FormatException("The event has a time that cannot be read."),
            root.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.Object
                ? detail.Clone()
                : throw new FormatException("The event has no detail."));
    }
}
