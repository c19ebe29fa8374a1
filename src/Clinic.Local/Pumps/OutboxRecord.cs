using System.Buffers;
using System.Text.Json;

namespace Clinic.Local;

/// <summary>What the Pipe's filter and input template do: pick inserted outbox items, and make an event of one.</summary>
internal static class OutboxRecord
{
    private const string Source = "clinic.outbox";

    public static string Sequence(JsonElement record) =>
        record.GetProperty("dynamodb").GetProperty("SequenceNumber").GetString()!;

    /// <summary>Null for every record that the filter does not let pass.</summary>
    public static BusEvent? Event(JsonElement record)
    {
        if (record.GetProperty("eventName").GetString() != "INSERT"
            || !record.GetProperty("dynamodb").TryGetProperty("NewImage", out var image)
            || Text(image, "sk") != "OUT"
            || Text(image, "topic") is not { } topic)
        {
            return null;
        }

        var seconds = record.GetProperty("dynamodb").GetProperty("ApproximateCreationDateTime").GetDouble();
        return new BusEvent(
            record.GetProperty("eventID").GetString()!,
            topic,
            Source,
            DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)),
            Detail(Text(image, "tenant"), Text(image, "id")));
    }

    private static byte[] Detail(string? tenant, string? message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("tenant", tenant);
            json.WriteString("message", message);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string? Text(JsonElement image, string attribute) =>
        image.TryGetProperty(attribute, out var value) && value.TryGetProperty("S", out var text) ? text.GetString() : null;
}
