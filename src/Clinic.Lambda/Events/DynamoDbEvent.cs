using System.Text.Json;

namespace Clinic.Lambda;

/// <summary>What happened to an item.</summary>
public enum StreamChange
{
    Insert,
    Modify,
    Remove,
}

/// <summary>One record of a table's stream.</summary>
/// <param name="Keys">The item's key as DynamoDB JSON.</param>
/// <param name="NewImage">The item afterwards as DynamoDB JSON; null when it is gone, or when the stream does not carry it.</param>
/// <param name="OldImage">The item before; null when there was none, or when the stream does not carry it.</param>
public sealed record StreamRecord(
    StreamChange Change, string SequenceNumber, JsonElement Keys, JsonElement? NewImage, JsonElement? OldImage)
{
    /// <summary>A key attribute of type string.</summary>
    public string Key(string name) => EventJson.Text(Keys.GetProperty(name), "S");
}

/// <summary>The event of a DynamoDB stream's event source.</summary>
public static class DynamoDbEvent
{
    /// <exception cref="FormatException">It is no such event; the whole invocation has to fail.</exception>
    public static IReadOnlyList<StreamRecord> Read(ReadOnlyMemory<byte> payload) => EventJson.Records(payload, Read);

    private static StreamRecord Read(JsonElement record)
    {
        var change = EventJson.Text(record, "eventName") switch
        {
            "INSERT" => StreamChange.Insert,
            "MODIFY" => StreamChange.Modify,
            "REMOVE" => StreamChange.Remove,
            _ => throw new FormatException("The event has an eventName that streams do not know."),
        };
        if (!record.TryGetProperty("dynamodb", out var data) || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("Keys", out var keys) || keys.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("The event has no Keys.");
        }

        return new StreamRecord(
            change, EventJson.Text(data, "SequenceNumber"), keys.Clone(), Image(data, "NewImage"), Image(data, "OldImage"));
    }

    private static JsonElement? Image(JsonElement data, string member) =>
        data.TryGetProperty(member, out var image) && image.ValueKind == JsonValueKind.Object ? image.Clone() : null;
}
