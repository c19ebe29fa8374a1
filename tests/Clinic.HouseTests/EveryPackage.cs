using Clinic.HouseTests.Shapes;
using Clinic.Testing;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>A dependency is a decision, and its reason stands in the README.</summary>
public sealed class EveryPackage
{
    private const string Readme = """
        | package | version | why |
        |---|---|---|
        | AWSSDK.S3, SecurityToken; AWSSDK.Core | 4.0.1, 4.0.2; 4.0.3 | the clients |
        | xunit | 2.9.3 | tests |

        | stand-in | version | instead of |
        |---|---|---|
        | fauxqs | 2.4.1 | S3 |
        """;

    [Fact]
    public void Stands_in_the_README_with_its_version() =>
        Assert.Empty(DependencyTable.Missing(Repository.Read("Directory.Packages.props"), Repository.Read("README.md")));

    [Theory]
    [InlineData("AWSSDK.S3", "4.0.1", true)]
    [InlineData("AWSSDK.SecurityToken", "4.0.2", true)]
    [InlineData("AWSSDK.Core", "4.0.3", true)]
    [InlineData("xunit", "2.9.3", true)]
    [InlineData("xunit", "2.9.4", false)]
    [InlineData("xunit.assert", "2.9.3", false)]
    [InlineData("SecurityToken.Other", "4.0.2", false)]
    [InlineData("fauxqs", "2.4.1", false)]
    public void Without_its_row_is_noticed(string package, string version, bool stands)
    {
        var props = $"""<Project><ItemGroup><PackageVersion Include="{package}" Version="{version}" /></ItemGroup></Project>""";
        Assert.Equal(stands ? [] : [$"{package} {version}"], DependencyTable.Missing(props, Readme));
    }
}
