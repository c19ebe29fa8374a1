using Clinic.Platform.Access;
using Xunit;

namespace Clinic.Tests.Platform.Access;

public sealed class TenantIdTests
{
    [Theory]
    [InlineData("abcdefgh", true)]
    [InlineData("00000000", true)]
    [InlineData("platform", true)]
    [InlineData("abcdefg", false)]
    [InlineData("abcdefghi", false)]
    [InlineData("abcdefg#", false)]
    [InlineData("abcdefg*", false)]
    [InlineData("abcdefg?", false)]
    [InlineData("ABCDEFGH", false)]
    [InlineData("abcd efg", false)]
    [InlineData("abcdéfgh", false)]
    [InlineData("abcd१२३४", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Has_eight_characters_that_no_pattern_reads_otherwise(string? text, bool isOne)
    {
        Assert.Equal(isOne, TenantId.TryParse(text, out var tenant));
        if (isOne)
        {
            Assert.Equal(text, tenant.Value);
        }
    }

    [Fact]
    public void Drawn_ones_are_valid_differ_and_are_never_the_platform()
    {
        var drawn = Enumerable.Range(0, 200).Select(_ => TenantId.Draw()).ToList();
        Assert.Equal(drawn.Count, drawn.Distinct().Count());
        Assert.All(drawn, t => Assert.True(TenantId.TryParse(t.Value, out _) && !t.IsPlatform));
    }

    [Fact]
    public void One_that_was_never_given_has_no_value() => Assert.Throws<InvalidOperationException>(() =>
        default(TenantId).Value);

    [Fact]
    public void Parsing_what_is_none_throws() => Assert.Throws<FormatException>(() => TenantId.Parse("nope"));
}
