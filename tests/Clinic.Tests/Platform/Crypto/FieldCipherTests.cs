using System.Security.Cryptography;
using Clinic.Platform.Crypto;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Clinic.Tests.Platform.Crypto;

public sealed class FieldCipherTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly Guid KeyId = Guid.CreateVersion7();
    private static readonly byte[] Place = FieldCipher.Aad("abcdefgh", "records|T#abcdefgh#PAT#1", "HEAD", "b", 1);

    [Fact]
    [Trait("Promise", "ENC-4")]
    public void What_was_sealed_opens_in_its_place() => Prop.ForAll<byte[]>(plain =>
    {
        var sealedBytes = FieldCipher.Seal(Key, KeyId, plain, Place);
        return FieldCipher.Open(Key, sealedBytes, Place).SequenceEqual(plain) && FieldCipher.KeyId(sealedBytes) == KeyId
            && sealedBytes.Length == plain.Length + FieldCipher.OverheadBytes;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("abcdefgi", "records|T#abcdefgh#PAT#1", "HEAD", "b", 1)]
    [InlineData("abcdefgh", "records|T#abcdefgh#PAT#2", "HEAD", "b", 1)]
    [InlineData("abcdefgh", "audit|T#abcdefgh#PAT#1", "HEAD", "b", 1)]
    [InlineData("abcdefgh", "records|T#abcdefgh#PAT#1", "VER#1", "b", 1)]
    [InlineData("abcdefgh", "records|T#abcdefgh#PAT#1", "HEAD", "c", 1)]
    [InlineData("abcdefgh", "records|T#abcdefgh#PAT#1", "HEAD", "b", 2)]
    [Trait("Promise", "ISO-3")]
    public void It_opens_in_no_other_place(string tenant, string pk, string sk, string attribute, int schema)
    {
        var sealedBytes = FieldCipher.Seal(Key, KeyId, "Sunita"u8, Place);
        var elsewhere = FieldCipher.Aad(tenant, pk, sk, attribute, schema);
        Assert.ThrowsAny<CryptographicException>(() => FieldCipher.Open(Key, sealedBytes, elsewhere));
    }

    [Fact]
    public void No_two_places_have_the_same_bytes()
    {
        var moved = new[] { ("ab", "c", "d", "e"), ("a", "bc", "d", "e"), ("a", "b", "cd", "e"), ("a", "b", "c", "de"),
            ("", "abc", "d", "e") };
        var aads = moved.Select(p => Convert.ToHexString(FieldCipher.Aad(p.Item1, p.Item2, p.Item3, p.Item4, 1)));
        Assert.Equal(moved.Length, aads.Distinct().Count());
    }

    [Fact]
    [Trait("Promise", "ENC-4")]
    public void Every_flipped_bit_is_found()
    {
        var sealedBytes = FieldCipher.Seal(Key, KeyId, "Sunita Deshpande"u8, Place);

        // The key id chooses the key and is not authenticated itself: another id finds another key or none.
        var authenticated = Enumerable.Range(0, sealedBytes.Length).Where(i => i is 0 or >= 17);
        foreach (var (at, bit) in authenticated.SelectMany(i => Enumerable.Range(0, 8).Select(b => (i, b))))
        {
            var changed = (byte[])sealedBytes.Clone();
            changed[at] ^= (byte)(1 << bit);
            Assert.ThrowsAny<CryptographicException>(() => FieldCipher.Open(Key, changed, Place));
        }
    }

    [Fact]
    public void Every_truncation_is_found()
    {
        var sealedBytes = FieldCipher.Seal(Key, KeyId, "Sunita"u8, Place);
        for (var length = 0; length < sealedBytes.Length; length++)
        {
            Assert.ThrowsAny<CryptographicException>(() => FieldCipher.Open(Key, sealedBytes.AsSpan(0, length), Place));
        }
    }

    [Fact]
    public void Another_key_another_version_and_foreign_bytes_do_not_open()
    {
        var sealedBytes = FieldCipher.Seal(Key, KeyId, "Sunita"u8, Place);
        Assert.ThrowsAny<CryptographicException>(() => FieldCipher.Open(RandomNumberGenerator.GetBytes(32), sealedBytes, Place));
        sealedBytes[0] = FieldCipher.Version + 1;
        Assert.ThrowsAny<CryptographicException>(() => FieldCipher.Open(Key, sealedBytes, Place));
        Assert.ThrowsAny<CryptographicException>(() => FieldCipher.KeyId([1, 2, 3]));
    }

    [Fact]
    public void The_same_plain_text_never_looks_the_same() =>
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(FieldCipher.Seal(Key, KeyId, "a"u8, Place)))
            .Distinct().Count());
}
