using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clinic.Platform.Http;

/// <summary>
/// Enumerations in JSON are codes in kebab-case, as FHIR writes its own. One code has one spelling: the framework's converter
/// would also take it in capitals, with white space around it, and several with commas between them.
/// </summary>
public sealed class CodeConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(Codes.Of, StringComparer.Ordinal);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out var value)
            ? value
            : throw new JsonException("Not a code.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Codes.Of(value));
}

/// <summary>The spelling of codes; the API's description lists them by it.</summary>
public static class Codes
{
    public static string Of<T>(T value)
        where T : struct, Enum => Of(value.ToString());

    public static IEnumerable<string> All(Type enumeration) => Enum.GetNames(enumeration).Select(Of);

    private static string Of(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
