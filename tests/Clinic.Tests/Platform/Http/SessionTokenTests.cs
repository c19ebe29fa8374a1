using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Xunit;

namespace Clinic.Tests.Platform.Http;

public sealed class SessionTokenTests
{
    private static readonly TenantId Tenant = TenantId.Parse("abcdefgh");
    private static readonly string Secret = new('s', 43);

    [Fact]
    public void What_was_drawn_reads_back()
    {
        var drawn = SessionToken.Draw(Tenant);
        Assert.True(SessionToken.TryParse(drawn.ToString(), out var read));
        Assert.Equal(drawn, read);
    }

    [Fact]
    public void Secrets_are_256_random_bits() =>
        Assert.Equal(500, Enumerable.Range(0, 500).Select(_ => SessionToken.RandomSecret()).Where(s => s.Length == 43).Distinct()
            .Count());

    [Theory]
    [InlineData("abcdefgh.", 42)]
    [InlineData("abcdefgh.", 44)]
    [InlineData("abcdefgh#", 43)]
    [InlineData("ABCDEFGH.", 43)]
    [InlineData("abcdefg..", 43)]
    [InlineData("", 43)]
    public void A_token_of_another_form_is_none(string start, int secretLength) =>
        Assert.False(SessionToken.TryParse(start + new string('s', secretLength), out _));

    [Theory]
    [InlineData('=')]
    [InlineData('+')]
    [InlineData('/')]
    [InlineData('.')]
    [InlineData(' ')]
    [InlineData('é')]
    public void A_secret_has_only_URL_safe_characters(char bad) =>
        Assert.False(SessionToken.TryParse("abcdefgh." + bad + Secret[1..], out _));

    [Fact]
    public void No_token_at_all_is_none() => Assert.False(SessionToken.TryParse(null, out _));

    [Fact]
    [Trait("Promise", "IDN-3")]
    public void Stored_hash_and_CSRF_token_belong_to_one_session_and_tell_nothing_of_each_other()
    {
        var token = new SessionToken(Tenant, Secret);
        string[] others =
        [
            token.StoredHash, token.CsrfToken,
            new SessionToken(TenantId.Parse("abcdefgi"), Secret).StoredHash, new SessionToken(TenantId.Parse("abcdefgi"), Secret)
                .CsrfToken,
            new SessionToken(Tenant, "t" + Secret[1..]).StoredHash, new SessionToken(Tenant, "t" + Secret[1..]).CsrfToken,
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
        Assert.All(others, o => Assert.DoesNotContain(Secret, o, StringComparison.Ordinal));
        Assert.Equal(token.StoredHash, new SessionToken(Tenant, Secret).StoredHash);
    }
}
