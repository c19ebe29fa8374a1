using Clinic.Platform.Cloud.Policies;
using Xunit;

namespace Clinic.GateTests.Policies;

public sealed class PolicyConditionsTests
{
    /// <summary>Values in the policy and in the request are separated by '|'; "-" is a key that the request lacks.</summary>
    [Theory]
    [InlineData("StringEquals", "a", "b", false)]
    [InlineData("StringEquals", "a", "A", false)]
    [InlineData("StringEquals", "a", "-", false)]
    [InlineData("StringEquals", "a*", "ab", false)]
    [InlineData("StringEquals", "a|b", "b", true)]
    [InlineData("StringEqualsIfExists", "a", "b", false)]
    [InlineData("StringEqualsIfExists", "a", "-", true)]
    [InlineData("StringNotEquals", "a", "a", false)]
    [InlineData("StringNotEquals", "a|b", "b", false)]
    [InlineData("StringNotEquals", "a", "b", true)]
    [InlineData("StringNotEquals", "a", "-", true)]
    [InlineData("StringLike", "a?c", "abbc", false)]
    [InlineData("StringLike", "a?c", "abc", true)]
    [InlineData("StringNotLike", "a*", "abc", false)]
    [InlineData("StringNotLike", "a*", "xbc", true)]
    [InlineData("Null", "false", "-", false)]
    [InlineData("Null", "true", "a", false)]
    [InlineData("Null", "true", "-", true)]
    [InlineData("Null", "false", "a", true)]
    [InlineData("Bool", "true", "false", false)]
    [InlineData("Bool", "true", "-", false)]
    [InlineData("Bool", "true", "True", true)]
    [InlineData("Bool", "yes", "yes", false)]
    [InlineData("StringEquals", "a", "a|b", false)]
    [InlineData("StringNotEquals", "a", "b|c", false)]
    [InlineData("StringNotLike", "${aws:PrincipalTag/none}", "b", false)]
    [InlineData("StringNotEqualsIfExists", "a|${aws:PrincipalTag/none}", "b", false)]
    [InlineData("ForAnyValue:StringNotEquals", "${aws:PrincipalTag/none}", "b", false)]
    [InlineData("ForAllValues:StringLike", "a*", "ab|b", false)]
    [InlineData("ForAllValues:StringLike", "a*|b", "ab|b", true)]
    [InlineData("ForAllValues:StringLike", "a*", "-", true)]
    [InlineData("ForAllValues:StringNotLike", "a*", "b|ab", false)]
    [InlineData("ForAllValues:StringNotLike", "a*", "b|c", true)]
    [InlineData("ForAnyValue:StringEquals", "a", "b|c", false)]
    [InlineData("ForAnyValue:StringEquals", "a", "-", false)]
    [InlineData("ForAnyValue:StringEquals", "a", "b|a", true)]
    [InlineData("ForAnyValue:StringNotEquals", "a", "a|a", false)]
    [InlineData("ForAnyValue:StringNotEquals", "a", "-", false)]
    [InlineData("ForAnyValue:StringNotEquals", "a", "a|b", true)]
    public void Holds_as_in_IAM(string name, string policy, string request, bool holds)
    {
        var context = new PolicyContext();
        if (request != "-") { context.Set("some:Key", request.Split('|')); }

        Assert.Equal(holds, PolicyConditions.Holds(new PolicyCondition(name, "SOME:key", policy.Split('|')), context));
    }

    /// <summary>Also of a key that the request lacks, where an operator that is not known would pass for a negation.</summary>
    [Theory]
    [InlineData("NumericLessThan")]
    [InlineData("StringNotEqualsIgnoreCase")]
    [InlineData("ArnLike")]
    [InlineData("ForAnyValue:StringEqualsIfExists")]
    [InlineData("ForAllValues:Null")]
    [InlineData("NullIfExists")]
    [InlineData("stringequals")]
    public void An_unknown_operator_is_a_bug_and_neither_yes_nor_no(string name)
    {
        var condition = new PolicyCondition(name, "some:Key", ["1"]);

        Assert.Throws<NotSupportedException>(() => PolicyConditions.Holds(condition, new PolicyContext().Set("some:Key", "0")));
        Assert.Throws<NotSupportedException>(() => PolicyConditions.Holds(condition, new PolicyContext()));
    }

    /// <summary>A list of one is a list: IAM reads it with a set prefix, and as a variable not at all.</summary>
    [Theory]
    [InlineData("dynamodb:LeadingKeys")]
    [InlineData("AWS:TagKeys")]
    [InlineData("kms:EncryptionContextKeys")]
    public void A_key_that_is_a_list_needs_a_set_prefix(string key)
    {
        var context = new PolicyContext().Set(key, "a").Set("some:Key", "a");

        Assert.False(PolicyConditions.Holds(PolicyCondition.Equal(key, "a"), context));
        Assert.False(PolicyConditions.Holds(new PolicyCondition("StringNotEquals", key, ["b"]), context));
        Assert.True(PolicyConditions.Holds(PolicyCondition.SomeEqual(key, "a"), context));
        Assert.False(PolicyConditions.Holds(PolicyCondition.Equal("some:Key", $"${{{key}}}"), context));
    }

    [Fact]
    public void A_condition_with_a_variable_that_is_missing_fails()
    {
        var condition = PolicyCondition.EveryLike("some:Key", "T#${aws:PrincipalTag/tenant}#*");

        Assert.False(PolicyConditions.Holds(condition, new PolicyContext().Set("some:Key", "T##1")));
    }
}
