using System.Security.Cryptography;
using Clinic.Platform.Crypto;
using Clinic.Testing;
using Xunit;

namespace Clinic.Tests.Platform.Crypto;

public sealed class DataKeyTests
{
    [Fact]
    public void A_disposed_key_is_zeroed_and_says_so()
    {
        var bytes = RandomNumberGenerator.GetBytes(DataKey.LengthBytes);
        var key = DataKey.Owning(Guid.CreateVersion7(), bytes);
        Assert.True(key.TryUse(0, (k, _, _) => k.Length, out var length));
        Assert.Equal(DataKey.LengthBytes, length);
        key.Dispose();
        Assert.All(bytes, b => Assert.Equal(0, b));
        Assert.False(key.TryUse(0, (k, _, _) => k, out var none));
        Assert.Null(none);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_key_has_32_bytes(int length) =>
        Assert.Throws<CryptographicException>(() => DataKey.Owning(Guid.CreateVersion7(), new byte[length]));

    [Fact]
    public void A_set_seals_with_the_newest_and_finds_the_others()
    {
        var (first, second) = (DataKey.Draw(Guid.CreateVersion7()), DataKey.Draw(Guid.CreateVersion7()));
        using var keys = new DataKeySet([Version(2, second), Version(1, first)]);
        Assert.Same(second, keys.Newest!.Key);
        Assert.Same(first, keys.ById(first.Id));
        Assert.Same(first, keys.ByNumber(1));
        Assert.Null(keys.ById(Guid.CreateVersion7()));
        Assert.Null(keys.ByNumber(3));
    }

    internal static KeyVersion Version(int number, DataKey key) => new(number, DateTimeOffset.UnixEpoch, key);
}

public sealed class KeyCacheTests
{
    private readonly FakeClock clock = new();

    [Fact]
    public void A_key_lives_five_minutes_and_is_zeroed_then()
    {
        var cache = new KeyCache(clock);
        var key = DataKey.Draw(Guid.CreateVersion7());
        cache.Add("a", new DataKeySet([DataKeyTests.Version(1, key)]));
        clock.Advance(KeyCache.AgeMax - TimeSpan.FromSeconds(30));
        Assert.NotNull(cache.Find("a"));
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(cache.Find("a"));
        Assert.True(IsGone(key));
    }

    [Fact]
    public void A_forgotten_and_a_replaced_key_are_zeroed()
    {
        var cache = new KeyCache(clock);
        var (first, second) = (DataKey.Draw(Guid.CreateVersion7()), DataKey.Draw(Guid.CreateVersion7()));
        cache.Add("a", new DataKeySet([DataKeyTests.Version(1, first)]));
        cache.Add("a", new DataKeySet([DataKeyTests.Version(1, second)]));
        Assert.True(IsGone(first));
        Assert.False(IsGone(second));
        cache.Forget("a");
        Assert.True(IsGone(second));
        Assert.Null(cache.Find("a"));
    }

    [Fact]
    public void The_number_of_keys_is_bounded_and_the_oldest_go()
    {
        var cache = new KeyCache(clock);
        var keys = Enumerable.Range(0, KeyCache.EntriesMax + 1).Select(_ => DataKey.Draw(Guid.CreateVersion7())).ToList();
        for (var i = 0; i < keys.Count; i++)
        {
            cache.Add($"{i}", new DataKeySet([DataKeyTests.Version(1, keys[i])]));
        }

        Assert.True(IsGone(keys[0]));
        Assert.Null(cache.Find("0"));
        Assert.NotNull(cache.Find($"{KeyCache.EntriesMax}"));
        Assert.InRange(keys.Count(k => !IsGone(k)), 1, KeyCache.EntriesMax);
    }

    private static bool IsGone(DataKey key) => !key.TryUse(0, (_, _, _) => 0, out _);
}
