using System.Security.Cryptography;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Xunit;

namespace Clinic.Tests.Platform.Crypto;

[Trait("Promise", "CLN-8")]
public sealed class SegmentCipherTests
{
    private const long SizeBytes = (2 * SegmentCipher.SegmentBytes) + 10;
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void Each_segment_opens_again_and_two_seals_of_it_differ()
    {
        using var cipher = Cipher();
        Assert.Equal((3, 10), (cipher.Total, cipher.Length(2)));
        foreach (var number in Enumerable.Range(0, 3))
        {
            var plain = RandomNumberGenerator.GetBytes(cipher.Length(number));
            var (one, two) = (Seal(cipher, number, plain), Seal(cipher, number, plain));
            var opened = new byte[plain.Length];
            Assert.Equal(plain.Length, cipher.Open(number, one, opened));
            Assert.Equal(plain, opened);
            Assert.NotEqual(one, two);
        }
    }

    [Fact]
    public void Several_threads_may_use_one()
    {
        using var cipher = Cipher();
        var plain = RandomNumberGenerator.GetBytes(SegmentCipher.SegmentBytes);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, round =>
        {
            var opened = new byte[plain.Length];
            cipher.Open(round % 2, Seal(cipher, round % 2, plain), opened);
            Assert.True(plain.AsSpan().SequenceEqual(opened));
        });
    }

    [Theory]
    [InlineData("swapped")]
    [InlineData("cut off")]
    [InlineData("one bit")]
    [InlineData("longer file")]
    [InlineData("other document")]
    [InlineData("other patient")]
    [InlineData("other clinic")]
    [InlineData("other key")]
    [InlineData("out of range")]
    public void A_segment_of_another_place_or_file_does_not_open(string what)
    {
        using var cipher = Cipher();
        var plain = new byte[SegmentCipher.SegmentBytes];
        var sealedBytes = Seal(cipher, 0, plain);
        if (what == "one bit")
        {
            sealedBytes[100] ^= 1;
        }

        using var other = what switch
        {
            "longer file" => Cipher(size: SizeBytes + SegmentCipher.SegmentBytes),
            "other document" => Cipher(file: "d2"),
            "other patient" => Cipher(owner: "p2"),
            "other clinic" => Cipher(tenant: "bbbbbbbb"),
            "other key" => Cipher(key: new byte[32]),
            _ => Cipher(),
        };
        var number = what switch { "swapped" => 1, "out of range" => 3, _ => 0 };
        Assert.ThrowsAny<CryptographicException>(
            () => other.Open(number, what == "cut off" ? sealedBytes.AsSpan(..^1) : sealedBytes, plain));
        using var same = Cipher();
        if (what != "one bit")
        {
            Assert.Equal(plain.Length, same.Open(0, sealedBytes, plain));
        }
    }

    [Fact]
    public void The_last_segment_cut_shorter_does_not_pass_for_a_shorter_file()
    {
        using var cipher = Cipher();
        using var shorter = Cipher(size: SizeBytes - 5);
        var sealedBytes = Seal(cipher, 2, new byte[10]);
        Assert.ThrowsAny<CryptographicException>(() => shorter.Open(2, sealedBytes.AsSpan(..^5), new byte[10]));
    }

    private static byte[] Seal(SegmentCipher cipher, int number, byte[] plain)
    {
        var sealedBytes = new byte[plain.Length + SegmentCipher.OverheadBytes];
        Assert.Equal(sealedBytes.Length, cipher.Seal(number, plain, sealedBytes));
        return sealedBytes;
    }

    private static SegmentCipher Cipher(
        byte[]? key = null, string tenant = "aaaaaaaa", string owner = "p1", string file = "d1", long size = SizeBytes) =>
        new([.. key ?? Key], TenantId.Parse(tenant), owner, file, size);
}
