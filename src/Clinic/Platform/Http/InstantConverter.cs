using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clinic.Platform.Http;

/// <summary>
/// An instant says its offset (RFC 3339). The framework also takes a day alone or a time without an offset, and adds the zone of
/// the machine: statutory clocks would run from another moment than was meant.
/// </summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    private const int DayLength = 10;
    private const int OffsetLength = 6;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var instant) && HasOffset(reader.GetString()!)
            ? instant
            : throw new JsonException("Not an instant.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    private static bool HasOffset(string text) =>
        text.Length > DayLength + OffsetLength && text[DayLength] == 'T'
        && (text[^1] == 'Z' || text[^OffsetLength] is '+' or '-');
}
