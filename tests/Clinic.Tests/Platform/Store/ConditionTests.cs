using Clinic.Platform.Store;
using Xunit;

namespace Clinic.Tests.Platform.Store;

public sealed class ConditionTests
{
    [Fact]
    public void Each_condition_says_what_it_means()
    {
        Assert.Equal("attribute_not_exists(pk)", Condition.Absent.Expression);
        Assert.Equal("attribute_exists(pk)", Condition.Exists.Expression);
        Assert.Equal("#c_st = :c_st", Condition.Is("st", "Active").Expression);
        Assert.Equal("#c_st <> :c_st", Condition.IsNot("st", "Active").Expression);
        Assert.Equal("attribute_not_exists(#c_done)", Condition.Lacks("done").Expression);
    }

    [Fact]
    public void Names_and_values_go_as_parameters()
    {
        var condition = Condition.VersionIs(7);
        Assert.Equal("v", condition.Names["#c_v"]);
        Assert.Equal("7", condition.Values[":c_v"].N);
        Assert.DoesNotContain("7", condition.Expression, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_of_two_conditions()
    {
        var both = Condition.Is("st", "Active").And(Condition.VersionIs(2)).And(Condition.Exists);
        Assert.Equal("#c_st = :c_st AND #c_v = :c_v AND attribute_exists(pk)", both.Expression);
        Assert.Equal(["#c_st", "#c_v"], both.Names.Keys);
        Assert.Equal([":c_st", ":c_v"], both.Values.Keys);
    }

    [Fact]
    public void Two_comparisons_of_one_attribute_are_a_bug() =>
        Assert.Throws<ArgumentException>(() => Condition.Is("st", "a").And(Condition.IsNot("st", "b")));
}
