using Clinic.InfraTests.Checkers;

namespace Clinic.InfraTests;

/// <summary>The table of docs/security/findings.md is read as it is written, and says why.</summary>
public class AcknowledgementsHaveReasons
{
    private const int ReasonLengthMin = 40;

    [Fact]
    public void Every_row_says_why_and_of_what()
    {
        var rows = Tools.All.SelectMany(AcknowledgedFindings.Of).ToList();
        Assert.NotEmpty(rows);
        Assert.DoesNotContain(rows, row => !Holds(row));
    }

    [Theory]
    [InlineData("| cdk-nag | AwsSolutions-S1 | * | The whole stack is right as it stands, we believe. |")]
    [InlineData("| cdk-nag | * | TrailBucket | The whole bucket is right as it stands, we believe. |")]
    [InlineData("| cdk-nag | AwsSolutions-S1 | TrailBucket | Not applicable to this application as a whole. |")]
    [InlineData("| cdk-nag | AwsSolutions-S1 | TrailBucket | Accepted. |")]
    public void A_row_that_says_too_little_is_noticed(string line) =>
        Assert.False(Holds(Assert.Single(AcknowledgedFindings.Parse([line]))));

    [Fact]
    public void Each_resource_of_a_cell_is_a_row_of_its_own()
    {
        string[] lines =
            ["| tool | rule | resource | reason |", "|---|---|---|---|", "| cfn-guard | `r*` | A, B | why |", "text"];
        Assert.Equal(
            [new Acknowledgement("cfn-guard", "r*", "A", "why"), new Acknowledgement("cfn-guard", "r*", "B", "why")],
            AcknowledgedFindings.Parse(lines));
    }

    private static bool Holds(Acknowledgement row) =>
        row.Rule.Trim('*').Length > 0
        && row.Resource.Trim('*').Length > 0
        && row.Reason.Length >= ReasonLengthMin
        && !row.Reason.Contains("not applicable", StringComparison.OrdinalIgnoreCase);
}
