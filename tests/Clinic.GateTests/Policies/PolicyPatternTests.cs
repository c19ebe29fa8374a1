using Clinic.Platform.Cloud.Policies;
using Xunit;

namespace Clinic.GateTests.Policies;

public sealed class PolicyPatternTests
{
    private static readonly PolicyContext Tagged = new PolicyContext().Set("aws:PrincipalTag/tenant", "abcdefgh");

    [Theory]
    [InlineData("T#abc#*", "T#abcd#1")]
    [InlineData("T#????????#STATE", "T#abcdefg#STATE")]
    [InlineData("T#????????#STATE", "T#abcdefghi#STATE")]
    [InlineData("T#????????#STATE", "T#abcdefgh#STATE2")]
    [InlineData("T#????????#SES#*", "T#abcdefgh#PAT#1#SES#2")]
    [InlineData("T#abc", "t#abc")]
    [InlineData("a*b", "a")]
    [InlineData("", "a")]
    [InlineData("T#${aws:PrincipalTag/tenant}#*", "T#abcdefgi#1")]
    [InlineData("T#${aws:PrincipalTag/other}#*", "T##1")]
    [InlineData("T#${aws:PrincipalTag/other}#*", "T#${aws:PrincipalTag/other}#1")]
    [InlineData("T#${aws:PrincipalTag/other, 'abcdefgh'}#*", "T#abcdefgh#1")]
    [InlineData("${*}", "x")]
    public void Does_not_match(string pattern, string value) => Assert.False(PolicyPattern.Matches(pattern, value, Tagged));

    [Theory]
    [InlineData("*", "")]
    [InlineData("T#abc#*", "T#abc#")]
    [InlineData("T#abc#*", "T#abc#x#y/z*")]
    [InlineData("*a*b*c", "xxaxxbbxxc")]
    [InlineData("T#????????#STATE", "T#abcdefgh#STATE")]
    [InlineData("T#${aws:PrincipalTag/tenant}#*", "T#abcdefgh#1")]
    [InlineData("T#${AWS:principaltag/TENANT}#*", "T#abcdefgh#1")]
    [InlineData("${*}", "*")]
    public void Matches(string pattern, string value) => Assert.True(PolicyPattern.Matches(pattern, value, Tagged));

    [Theory]
    [InlineData("*")]
    [InlineData("????????")]
    [InlineData("a*")]
    [InlineData("${aws:PrincipalTag/tenant}")]
    public void A_wildcard_in_a_tag_is_a_letter(string tag)
    {
        var context = new PolicyContext().Set("aws:PrincipalTag/tenant", tag);

        Assert.False(PolicyPattern.Matches("T#${aws:PrincipalTag/tenant}#*", "T#abcdefgh#1", context));
        Assert.True(PolicyPattern.Matches("T#${aws:PrincipalTag/tenant}#*", $"T#{tag}#1", context));
    }

    /// <summary>Letters that some matchers keep for themselves; also a pattern may hold them.</summary>
    [Theory]
    [InlineData("\uE000")]
    [InlineData("\uFFFF")]
    [InlineData("\0")]
    public void Every_letter_is_a_letter(string letter)
    {
        var context = new PolicyContext().Set("aws:PrincipalTag/tenant", letter);

        Assert.False(PolicyPattern.Matches("T#${aws:PrincipalTag/tenant}#*", "T#abcdefgh#1", context));
        Assert.True(PolicyPattern.Matches("T#${aws:PrincipalTag/tenant}#*", $"T#{letter}#1", context));
        Assert.False(PolicyPattern.Matches($"T#{letter}#*", "T#abcdefgh#1", context));
    }

    [Fact]
    public void A_variable_with_two_values_has_none()
    {
        var context = new PolicyContext().Set("aws:PrincipalTag/tenant", "abcdefgh", "zzzzzzzz");

        Assert.False(PolicyPattern.Matches("T#${aws:PrincipalTag/tenant}#*", "T#abcdefgh#1", context));
    }

    [Fact]
    public void Equality_knows_no_wildcards()
    {
        Assert.False(PolicyPattern.EqualTo("a*", "ab", Tagged));
        Assert.True(PolicyPattern.EqualTo("a*", "a*", Tagged));
        Assert.True(PolicyPattern.EqualTo("${aws:PrincipalTag/tenant}", "abcdefgh", Tagged));
    }
}
