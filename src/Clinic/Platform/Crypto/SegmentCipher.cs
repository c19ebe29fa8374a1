using System.Globalization;
using System.Security.Cryptography;
using Clinic.Platform.Access;

namespace Clinic.Platform.Crypto;

/// <summary>
/// A file too large for memory, in segments that are sealed one by one: <c>nonce 12 | ciphertext | tag 16</c>, AES-256-GCM. Each
/// authenticates whose it is, its number and how many there are, so segments that are swapped, left out, cut off or of another
/// file do not open. Sealing the same file twice under one key is harmless: nonces are drawn at random, a few hundred per key.
/// Several threads may use one: AesGcm itself is no thread's to share, so each segment has its own.
/// </summary>
internal sealed class SegmentCipher : IDisposable
{
    public const int SegmentBytes = 1024 * 1024;
    public const int OverheadBytes = NonceBytes + TagBytes;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int SchemaVersion = 1;

    private readonly byte[] key;
    private readonly TenantId tenant;
    private readonly string owner;
    private readonly string file;

    /// <param name="key">Taken over: it is zeroed with the cipher.</param>
    /// <param name="owner">Whose file it is, and <paramref name="file"/> which: both are authenticated.</param>
    public SegmentCipher(byte[] key, TenantId tenant, string owner, string file, long sizeBytes)
    {
        (this.key, this.tenant, this.owner, this.file) = (key, tenant, owner, file);
        SizeBytes = sizeBytes;
        Total = checked((int)((sizeBytes + SegmentBytes - 1) / SegmentBytes));
    }

    public long SizeBytes { get; }

    public int Total { get; }

    /// <summary>Plain length of a segment: all are full but the last.</summary>
    public int Length(int number) => (int)Math.Min(SegmentBytes, SizeBytes - ((long)number * SegmentBytes));

    /// <returns>How many bytes of <paramref name="sealedBytes"/> are used.</returns>
    public int Seal(int number, ReadOnlySpan<byte> plain, Span<byte> sealedBytes)
    {
        Check(number, plain.Length);
        var nonce = sealedBytes[..NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(
            nonce, plain, sealedBytes.Slice(NonceBytes, plain.Length), sealedBytes.Slice(NonceBytes + plain.Length, TagBytes),
            Aad(number));
        return plain.Length + OverheadBytes;
    }

    /// <exception cref="CryptographicException">It is not this segment of this file, or was changed.</exception>
    public int Open(int number, ReadOnlySpan<byte> sealedBytes, Span<byte> plain)
    {
        var length = sealedBytes.Length - OverheadBytes;
        Check(number, length);
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(
            sealedBytes[..NonceBytes], sealedBytes.Slice(NonceBytes, length), sealedBytes[^TagBytes..], plain[..length],
            Aad(number));
        return length;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    private void Check(int number, int length)
    {
        if (number < 0 || number >= Total || length != Length(number))
        {
            throw new CryptographicException("Not a segment of this file.");
        }
    }

    private byte[] Aad(int number) => FieldCipher.Aad(
        tenant.Value, owner, file, string.Create(CultureInfo.InvariantCulture, $"{number}/{Total}"), SchemaVersion);
}
