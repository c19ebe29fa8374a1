using System.Buffers.Binary;
using Clinic.Identity;
using Xunit;

namespace Clinic.Tests.Identity;

public sealed class PasswordsTests
{
    private const string Password = "correct horse battery";

    [Fact]
    [Trait("Promise", "IDN-1")]
    public void Only_the_password_matches_its_hash()
    {
        var hash = Passwords.Hash(Password);
        Assert.True(Passwords.Matches(hash, Password));
        Assert.False(Passwords.Matches(hash, Password + " "));
        Assert.False(Passwords.Matches(hash, "Correct horse battery"));
        Assert.False(Passwords.Matches(hash, ""));
    }

    [Fact]
    [Trait("Promise", "IDN-1")]
    public void Hashes_are_salted_and_slow_and_name_their_format()
    {
        var hash = Convert.FromBase64String(Passwords.Hash(Password));
        Assert.Equal(1, hash[0]);
        Assert.Equal(2u, BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)));
        Assert.True(BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)) >= 210_000);
        Assert.True(BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(9)) >= 16);
        Assert.NotEqual(Passwords.Hash(Password), Passwords.Hash(Password));
    }
}
