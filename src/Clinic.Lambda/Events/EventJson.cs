using System.Text.Json;

namespace Clinic.Lambda;

/// <summary>Reads what events have in common. Errors name a member, never a value.</summary>
internal static class EventJson
{
    public static IReadOnlyList<T> Records<T>(ReadOnlyMemory<byte> payload, Func<JsonElement, T> read)
    {
        using var json = JsonDocument.Parse(payload);
        if (json.RootElement.ValueKind != JsonValueKind.Object
            || !json.RootElement.TryGetProperty("Records", out var records) || records.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("The event has no Records.");
        }

        var all = new List<T>(records.GetArrayLength());
        foreach (var record in records.EnumerateArray())
        {
            all.Add(read(record));
        }

        return all;
    }

    /// <summary>A text that must be there and not be empty.</summary>
    public static string Text(JsonElement from, string member) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new FormatException($"The event has no {member}.");
}
