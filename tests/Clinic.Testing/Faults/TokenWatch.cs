using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;

namespace Clinic.Testing.Faults;

/// <summary>
/// One ClientRequestToken, one content: DynamoDB answers a known token without looking what it comes with, or refuses it. A retry
/// under a token that was used for something else would be a write that is lost in silence.
/// </summary>
public sealed class TokenWatch
{
    private readonly ConcurrentDictionary<string, string> contents = new(StringComparer.Ordinal);

    /// <summary>Null when the transaction is new, or the same as before.</summary>
    public string? See(ReadOnlyMemory<byte> transaction)
    {
        using var body = JsonDocument.Parse(transaction);
        var token = body.RootElement.GetProperty("ClientRequestToken").GetString()!;
        var content = Convert.ToHexString(SHA256.HashData(transaction.Span));
        return contents.GetOrAdd(token, content) == content ? null : "one token was sent with two contents";
    }
}
