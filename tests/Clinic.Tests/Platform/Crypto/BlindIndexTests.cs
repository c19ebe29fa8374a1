using Clinic.Platform.Crypto;
using Xunit;

namespace Clinic.Tests.Platform.Crypto;

public sealed class BlindIndexTests
{
    private static readonly byte[] Here = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] There = [.. Enumerable.Repeat((byte)2, 32)];

    [Fact]
    public void One_value_has_one_token_of_the_asked_length()
    {
        Assert.Equal(Token(Here, "phone", "+919876543210"), Token(Here, "phone", "+919876543210"));
        Assert.Equal(2 * BlindIndex.ExactBytes, Token(Here, "phone", "+919876543210").Length);
        Assert.Equal(2 * BlindIndex.CoarseBytes, BlindIndex.Token(Here, "name", "sun", BlindIndex.CoarseBytes).Length);
    }

    [Fact]
    [Trait("Promise", "ISO-4")]
    public void The_same_phone_at_two_clinics_has_two_tokens() =>
        Assert.NotEqual(Token(Here, "phone", "+919876543210"), Token(There, "phone", "+919876543210"));

    [Fact]
    public void Kind_and_value_do_not_run_into_each_other()
    {
        Assert.NotEqual(Token(Here, "phone", "a"), Token(Here, "email", "a"));
        Assert.NotEqual(Token(Here, "ab", "c"), Token(Here, "a", "bc"));
    }

    private static string Token(byte[] key, string kind, string value) =>
        BlindIndex.Token(key, kind, value, BlindIndex.ExactBytes);
}
