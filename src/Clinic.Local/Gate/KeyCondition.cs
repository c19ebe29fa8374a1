using System.Text.Json;

namespace Clinic.Local.Gate;

/// <summary>
/// Finds the one partition key that a Query asks for. DynamoDB joins key conditions by AND alone, so one equality on the key is
/// binding wherever it stands; a second one, an OR or a NOT makes it uncertain, and then there is no key.
/// </summary>
internal static class KeyCondition
{
    /// <summary>The key's value, or null when it cannot be told for certain (legacy KeyConditions never can).</summary>
    public static string? Value(JsonElement query, string partitionKey)
    {
        if (query.TryGetProperty("KeyConditions", out _)
            || !query.TryGetProperty("KeyConditionExpression", out var expression)
            || expression.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var tokens = Tokens(expression.GetString()!);
        if (tokens is null || tokens.Any(token => Is(token, "OR") || Is(token, "NOT"))) { return null; }
        var named = tokens.Select((token, at) => (Name: NameOf(query, token), At: at))
            .Where(token => token.Name == partitionKey)
            .ToList();
        if (named is not [var (_, at)] || at + 2 >= tokens.Count || tokens[at + 1] != "=" || tokens[at + 2][0] != ':')
        {
            return null;
        }

        // What follows must end the condition, or the value is not the whole of it.
        var ends = at + 3 == tokens.Count || tokens[at + 3] == ")" || Is(tokens[at + 3], "AND");
        return ends && Lookup(query, "ExpressionAttributeValues", tokens[at + 2]) is { } value ? StringOf(value) : null;
    }

    /// <summary>The text of {"S": "…"}; of anything else, null.</summary>
    public static string? StringOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 1) { return null; }
        return value.TryGetProperty("S", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
    }

    private static bool Is(string token, string keyword) => string.Equals(token, keyword, StringComparison.OrdinalIgnoreCase);

    private static string? NameOf(JsonElement query, string token)
    {
        if (token[0] != '#') { return token; }
        return Lookup(query, "ExpressionAttributeNames", token) is { ValueKind: JsonValueKind.String } name
            ? name.GetString()
            : null;
    }

    private static JsonElement? Lookup(JsonElement query, string map, string name) =>
        query.TryGetProperty(map, out var entries) && entries.ValueKind == JsonValueKind.Object
        && entries.TryGetProperty(name, out var entry)
            ? entry
            : null;

    /// <summary>Names, values, operators and signs; null for a character that key conditions do not have.</summary>
    private static List<string>? Tokens(string text)
    {
        var tokens = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var length = IsWord(text[at]) ? text.AsSpan(at).IndexOfAnyExcept(WordCharacters) : SignLength(text, at);
            if (length == 0) { return null; }
            if (length < 0) { length = text.Length - at; }
            tokens.Add(text.Substring(at, length));
            at += length;
        }

        return tokens;
    }

    private static readonly System.Buffers.SearchValues<char> WordCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-#:.[]");

    private static bool IsWord(char letter) => WordCharacters.Contains(letter);

    private static int SignLength(string text, int at) => text[at] switch
    {
        '<' or '>' => at + 1 < text.Length && text[at + 1] is '=' or '>' ? 2 : 1,
        '=' or '(' or ')' or ',' => 1,
        _ => 0,
    };
}
