using Clinic.Platform.Cloud.Policies;
using Xunit;

namespace Clinic.GateTests.Policies;

public sealed class PolicyEvaluatorTests
{
    private const string Role = "arn:aws:iam::000000000000:role/some";
    private const string Table = "arn:aws:dynamodb:ap-south-1:000000000000:table/t";

    [Fact]
    public void Silence_denies() => Assert.Equal(PolicyVerdict.Silent, Decide([], []));

    [Fact]
    public void An_explicit_denial_wins_wherever_it_stands()
    {
        var allow = Policy(PolicyEffect.Allow, "dynamodb:*", "*");
        var deny = Policy(PolicyEffect.Deny, "dynamodb:GetItem", Table);

        Assert.Equal(PolicyVerdict.Denied, Decide([allow, deny], []));
        Assert.Equal(PolicyVerdict.Denied, Decide([deny, allow], []));
        Assert.Equal(PolicyVerdict.Denied, Decide([allow], [To(deny, "*")]));
        Assert.Equal(PolicyVerdict.Denied, Decide([allow], [To(deny, Role)]));
        Assert.Equal(PolicyVerdict.Allowed, Decide([allow], [To(deny, Role + "-other")]));
    }

    [Fact]
    public void What_the_resource_alone_allows_is_not_allowed() =>
        Assert.Equal(PolicyVerdict.Silent, Decide([], [To(Policy(PolicyEffect.Allow, "dynamodb:*", "*"), "*")]));

    [Theory]
    [InlineData("dynamodb:getitem", Table, true)]
    [InlineData("DynamoDB:Get*", Table, true)]
    [InlineData("dynamodb:GetItems", Table, false)]
    [InlineData("dynamodb:GetItem", Table + "2", false)]
    [InlineData("dynamodb:GetItem", "arn:aws:dynamodb:ap-south-1:000000000000:TABLE/t", false)]
    [InlineData("dynamodb:GetItem", Table + "/index/*", false)]
    [InlineData("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/?", true)]
    [InlineData("dynamodb:GetItem", "arn:aws:dynamodb:*:111111111111:table/?", false)]
    [InlineData("dynamodb:GetItem", "arn:aws:dynamodb:*:1*:*", false)]
    [InlineData("dynamodb:GetItem", "arn:*:*:ap-south-1:000000000000:table/t", true)]
    public void Actions_have_no_case_and_resources_have(string action, string resource, bool allowed) =>
        Assert.Equal(allowed, Decide([Policy(PolicyEffect.Allow, action, resource)], []) == PolicyVerdict.Allowed);

    /// <summary>IAM fills such a pattern up in one kind of policy and drops it in another: here it is a mistake.</summary>
    [Theory]
    [InlineData("arn:aws:dynamodb:*:table/t")]
    [InlineData("table/t")]
    [InlineData("")]
    public void A_resource_that_is_no_whole_ARN_is_refused(string resource) => Assert.Throws<NotSupportedException>(
        () => Decide([Policy(PolicyEffect.Allow, "dynamodb:GetItem", resource)], []));

    [Theory]
    [InlineData("arn:aws:iam::000000000000:root", true)]
    [InlineData("arn:aws:iam::111111111111:root", false)]
    [InlineData("arn:aws:iam::000000000000:role/*", false)]
    public void A_denial_to_the_root_of_an_account_is_one_to_everybody_in_it(string principal, bool denied) => Assert.Equal(
        denied,
        Decide([Policy(PolicyEffect.Allow, "*", "*")], [To(Policy(PolicyEffect.Deny, "*", "*"), principal)])
            == PolicyVerdict.Denied);

    [Fact]
    public void All_conditions_of_a_statement_must_hold()
    {
        var policy = Policy(PolicyEffect.Allow, "*", "*") with { };
        var statement = policy.Statements[0] with
        {
            Conditions = [PolicyCondition.Equal("a:b", "1"), PolicyCondition.Equal("a:c", "1")],
        };
        policy = policy with { Statements = [statement] };

        Assert.Equal(PolicyVerdict.Silent, Decide([policy], [], new PolicyContext().Set("a:b", "1")));
        Assert.Equal(PolicyVerdict.Allowed, Decide([policy], [], new PolicyContext().Set("a:b", "1").Set("a:c", "1")));
    }

    private static PolicyVerdict Decide(BoundPolicy[] identity, BoundPolicy[] resource, PolicyContext? context = null) =>
        PolicyEvaluator.Decide(
            new PolicyRequest("dynamodb:GetItem", Table, context ?? PolicyContext.Empty), identity, resource, Role);

    private static BoundPolicy Policy(PolicyEffect effect, string action, string resource) =>
        new("test", [new BoundStatement("S", effect, [action], [resource], [], [])]);

    private static BoundPolicy To(BoundPolicy policy, string principal) => policy with
    {
        Statements = [policy.Statements[0] with { Principals = [new BoundPrincipal(BoundPrincipal.AwsKind, principal)] }],
    };
}
