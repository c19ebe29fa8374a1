using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Clinic.Platform.Store;

/// <summary>Text in URL-safe form, and comparison in constant time.</summary>
internal static class Base64Url
{
    public static string Write(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>Null when it is not base64url of UTF-8.</summary>
    public static string? Read(string encoded)
    {
        if (!System.Buffers.Text.Base64Url.IsValid(encoded))
        {
            return null;
        }

        return Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(encoded));
    }

    public static bool SameSecret(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
