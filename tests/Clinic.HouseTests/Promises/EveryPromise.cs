using Clinic.HouseTests.Promises;
using Clinic.HouseTests.Tidy;
using Clinic.Testing;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>docs/promises.md says no more than the tests show.</summary>
public sealed class EveryPromise
{
    private const int PromisesCount = 138;

    [Fact]
    public void Is_in_the_register_and_kept_only_with_a_test()
    {
        var rows = PromiseRegister.Read(Repository.Read("docs", "promises.md"));
        Assert.Equal(PromisesCount, rows.Count);
        Assert.Empty(PromiseRegister.Findings(rows, PromiseRegister.Traits(SourceFile.All())));
    }

    [Theory]
    [InlineData("| ISO-1 | a | kept | IAM | CrossTenant |", "[Trait(\"Promise\", \"ISO-1\")]", null)]
    [InlineData("| ISO-1 | a | not yet |  |  |", "", null)]
    [InlineData("| ISO-1 | a | kept | IAM | CrossTenant |", "", "ISO-1 says kept, and no test carries it")]
    [InlineData("| ISO-1 | a | kept | IAM | CrossTenant |", "[Trait(\"Speed\", \"ISO-1\")]",
        "ISO-1 says kept, and no test carries it")]
    [InlineData("| ISO-1 | a | not yet |  |  |", "[Trait(\"Promise\", \"ISO-9\")]", "a test carries ISO-9, which is no row")]
    [InlineData("| ISO-1 | a | done | IAM | CrossTenant |", "", "ISO-1 has the state 'done'")]
    [InlineData("| ISO-1 | a | partly |  |  |", "", "ISO-1 names no control or no test")]
    [InlineData("| ISO-1 | a | not yet |  |  |\n| ISO-1 | b | not yet |  |  |", "", "ISO-1 stands twice")]
    public void Is_held_to_its_tests(string register, string attributes, string? finding)
    {
        var test = new SourceFile("tests/A.cs", $"class A {{ {attributes} void M() {{ }} }}");
        var findings = PromiseRegister.Findings(PromiseRegister.Read(register), PromiseRegister.Traits([test]));
        Assert.Equal(finding is null ? [] : [finding], findings);
    }
}
