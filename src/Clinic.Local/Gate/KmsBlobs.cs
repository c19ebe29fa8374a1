using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Cloud;

namespace Clinic.Local.Gate;

/// <summary>
/// Ciphertexts of the stand-in: version | length of key name | key name | nonce 12 | ciphertext | tag 16. Header and encryption
/// context are authenticated, so a blob opens under its own key and context only.
/// </summary>
internal sealed class KmsBlobs(KeyFolder keys)
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public byte[] Seal(KmsKeySpec key, byte[] plaintext, IReadOnlyDictionary<string, string> context)
    {
        var name = Encoding.ASCII.GetBytes(key.Name);
        byte[] header = [Version, (byte)name.Length, .. name];
        var blob = new byte[header.Length + NonceLength + plaintext.Length + TagLength];
        header.CopyTo(blob, 0);
        var nonce = blob.AsSpan(header.Length, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys.Key("kms-" + key.Name), TagLength);
        aes.Encrypt(
            nonce,
            plaintext,
            blob.AsSpan(header.Length + NonceLength, plaintext.Length),
            blob.AsSpan(blob.Length - TagLength),
            Authenticated(header, context));
        return blob;
    }

    public byte[] Open(byte[] blob, IReadOnlyDictionary<string, string> context)
    {
        var key = KeyOf(blob);
        var headerLength = 2 + blob[1];
        var plaintext = new byte[blob.Length - headerLength - NonceLength - TagLength];
        using var aes = new AesGcm(keys.Key("kms-" + key.Name), TagLength);
        try
        {
            aes.Decrypt(
                blob.AsSpan(headerLength, NonceLength),
                blob.AsSpan(headerLength + NonceLength, plaintext.Length),
                blob.AsSpan(blob.Length - TagLength),
                plaintext,
                Authenticated(blob.AsSpan(0, headerLength), context));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Invalid();
        }

        return plaintext;
    }

    public static KmsKeySpec KeyOf(byte[] blob)
    {
        if (blob.Length < 2 || blob[0] != Version || blob.Length < 2 + blob[1] + NonceLength + TagLength) { throw Invalid(); }
        var name = Encoding.ASCII.GetString(blob, 2, blob[1]);
        return CloudParts.KmsKeys.FirstOrDefault(key => key.Name == name && !key.Signing) ?? throw Invalid();
    }

    /// <summary>Lengths stand before names and values, so that no two contexts have the same bytes.</summary>
    private static byte[] Authenticated(ReadOnlySpan<byte> header, IReadOnlyDictionary<string, string> context)
    {
        using var bytes = new MemoryStream();
        bytes.Write(header);
        Span<byte> length = stackalloc byte[4];
        foreach (var (name, value) in context.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            foreach (var text in (ReadOnlySpan<string>)[name, value])
            {
                var utf8 = Encoding.UTF8.GetBytes(text);
                BinaryPrimitives.WriteInt32BigEndian(length, utf8.Length);
                bytes.Write(length);
                bytes.Write(utf8);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>KMS answers the same to a forged blob, another context and a foreign key, and says no more.</summary>
    private static GateFaultException Invalid() => new(400, "InvalidCiphertextException", "");
}
