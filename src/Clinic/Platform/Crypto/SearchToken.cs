using System.Security.Cryptography;
using System.Text;

namespace Clinic.Platform.Crypto;

/// <summary>One blind-index value: its epoch, what it is of, and the (possibly truncated) HMAC as lower-case hex.</summary>
public readonly record struct SearchToken(int Epoch, string Kind, string Value);

/// <summary>
/// Tokens for search on sealed data. Keyed per tenant and epoch, so that the same phone at two clinics gives unlinkable
/// values (ISO-4) and an old backup cannot answer "was she here?".
/// </summary>
internal static class BlindIndex
{
    /// <summary>Exact values (phone, e-mail): 128 bits, no false hits.</summary>
    public const int ExactBytes = 16;

    /// <summary>
    /// Name prefixes: 16 bits. A token alone does not prove a name, for others meet in it now and then; equality and frequency
    /// show all the same (docs/threat-model.md has the numbers). A hit is decrypted and compared.
    /// </summary>
    public const int CoarseBytes = 2;

    public static string Token(byte[] key, string kind, string normalised, int lengthBytes)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{kind}\0{normalised}"), mac);
        return Convert.ToHexStringLower(mac[..lengthBytes]);
    }
}
