using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Clinic.Platform.Crypto;

/// <summary>
/// The ciphertext format of every sealed attribute: <c>version 1 | key id 16 | nonce 12 | ciphertext | tag 16</c>, AES-256-GCM.
/// The place of the value is authenticated (tenant | pk | sk | attribute | schema version), so a sealed body that is
/// copied to another row, attribute or clinic does not open (ISO-3, ENC-3, ENC-4).
/// </summary>
internal static class FieldCipher
{
    public const byte Version = 1;
    public const int OverheadBytes = 1 + 16 + NonceBytes + TagBytes;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeaderBytes = 17;

    public static byte[] Seal(byte[] key, Guid keyId, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> aad)
    {
        var sealedBytes = new byte[OverheadBytes + plain.Length];
        sealedBytes[0] = Version;
        keyId.TryWriteBytes(sealedBytes.AsSpan(1, 16), bigEndian: true, out _);
        var nonce = sealedBytes.AsSpan(HeaderBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(
            nonce, plain, sealedBytes.AsSpan(HeaderBytes + NonceBytes, plain.Length),
            sealedBytes.AsSpan(sealedBytes.Length - TagBytes), aad);
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">The bytes are not ours, were changed, or stand in another place.</exception>
    public static byte[] Open(byte[] key, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> aad)
    {
        if (sealedBytes.Length < OverheadBytes || sealedBytes[0] != Version)
        {
            throw new CryptographicException("Not a sealed value of a known version.");
        }

        var plain = new byte[sealedBytes.Length - OverheadBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(
            sealedBytes.Slice(HeaderBytes, NonceBytes),
            sealedBytes.Slice(HeaderBytes + NonceBytes, plain.Length),
            sealedBytes[^TagBytes..],
            plain,
            aad);
        return plain;
    }

    /// <summary>Which key sealed this; not secret.</summary>
    public static Guid KeyId(ReadOnlySpan<byte> sealedBytes) =>
        sealedBytes.Length >= HeaderBytes
            ? new Guid(sealedBytes.Slice(1, 16), bigEndian: true)
            : throw new CryptographicException("Not a sealed value.");

    /// <summary>Each part goes in with its length, so that no two places have the same bytes.</summary>
    public static byte[] Aad(string tenant, string pk, string sk, string attribute, int schemaVersion)
    {
        var buffer = new byte[(5 * sizeof(ushort)) + Encoding.UTF8.GetMaxByteCount(
            tenant.Length + pk.Length + sk.Length + attribute.Length + 11)];
        var at = 0;
        Append(tenant, buffer, ref at);
        Append(pk, buffer, ref at);
        Append(sk, buffer, ref at);
        Append(attribute, buffer, ref at);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(at), checked((ushort)schemaVersion));
        return buffer[..(at + sizeof(ushort))];
    }

    private static void Append(string part, byte[] buffer, ref int at)
    {
        var written = Encoding.UTF8.GetBytes(part, buffer.AsSpan(at + sizeof(ushort)));
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(at), checked((ushort)written));
        at += sizeof(ushort) + written;
    }
}
