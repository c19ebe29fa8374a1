using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Clinic.Records;

/// <summary>
/// FHIR JSON as text: what is kept is the text itself; what is compared is what it says, without its white space.
/// </summary>
internal static class FhirText
{
    /// <summary>Deeper than any resource of the standard, shallow enough for every reader's stack.</summary>
    public const int DepthMax = 64;

    /// <summary>A member that stands twice means one thing to one reader and another to the next: not taken.</summary>
    public static readonly JsonDocumentOptions Strict = new() { MaxDepth = DepthMax, AllowDuplicateProperties = false };

    /// <summary>
    /// SHA-256 of the tokens: white space and the way a letter is escaped do not change it; anything else does, also the order of
    /// members and the digits of a number.
    /// </summary>
    public static byte[] Hash(ReadOnlySpan<byte> json)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var unescaped = ArrayPool<byte>.Shared.Rent(json.Length);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
            while (reader.Read())
            {
                Append(hash, reader.TokenType, ValueOf(ref reader, unescaped));
            }

            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unescaped, clearArray: true);
        }
    }

    /// <summary>The same text without the white space between its values; each value stays letter by letter.</summary>
    /// <param name="json">Well-formed.</param>
    public static byte[] Compact(ReadOnlySpan<byte> json)
    {
        var compact = new byte[json.Length];
        var (length, isText, isEscaped) = (0, false, false);
        foreach (var letter in json)
        {
            if (isText || letter is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                compact[length++] = letter;
            }

            (isText, isEscaped) = letter switch
            {
                _ when isEscaped => (isText, false),
                (byte)'\\' => (isText, isText),
                (byte)'"' => (!isText, false),
                _ => (isText, false),
            };
        }

        return compact[..length];
    }

    private static ReadOnlySpan<byte> ValueOf(ref Utf8JsonReader reader, Span<byte> unescaped)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        try
        {
            return unescaped[..reader.CopyString(unescaped)];
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair has no value as text: it is compared as it is written.
            return reader.ValueSpan;
        }
    }

    /// <summary>Each with its kind and length, so that no two texts give the same bytes.</summary>
    private static void Append(IncrementalHash hash, JsonTokenType kind, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[1 + sizeof(int)];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], value.Length);
        hash.AppendData(head);
        hash.AppendData(value);
    }

    /// <summary>A member's text; null when it is absent, no text, or text that is not Unicode.</summary>
    public static string? Text(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) ? Text(value) : null;

    public static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, escaped: the bytes are valid JSON, but no text.
            return null;
        }
    }

    /// <summary>The elements of a member that is an array; none when it is absent or something else.</summary>
    public static IEnumerable<JsonElement> Each(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value)
            && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];
}
