using System.Text.Json.Nodes;
using Clinic.InfraTests.Checks;
using Clinic.InfraTests.Reading;

namespace Clinic.InfraTests;

/// <summary>What is deployed is what the local gate enforces, document by document.</summary>
public class RolesOfTheStack
{
    public static TheoryData<string> StageNames => [.. Synthesis.StageNames];

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "ISO-1")]
    [Trait("Promise", "OPS-3")]
    public void Roles_have_the_documents_of_the_code(string stage) =>
        Assert.Empty(PolicyChecks.RolesEqualCode(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "ISO-3")]
    [Trait("Promise", "ENC-1")]
    [Trait("Promise", "AUD-2")]
    public void Keys_tables_and_buckets_refuse_what_the_code_refuses(string stage) =>
        Assert.Empty(PolicyChecks.ResourcesEqualCode(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "OPS-3")]
    public void No_policy_is_about_everything(string stage) => Assert.Empty(PolicyChecks.NoWildcards(Synthesis.Stage(stage)));

    /// <summary>IAM takes 10,240 characters of policy in a role, and 2,048 of trust.</summary>
    [Theory]
    [MemberData(nameof(StageNames))]
    public void Roles_fit_into_the_limits_of_iam(string stage)
    {
        foreach (var role in Synthesis.Stage(stage).Of(PolicyChecks.Role))
        {
            Assert.True(role.Get("Policies")?.ToJsonString().Length is null or < 10_240, $"{role.Id}: policies");
            Assert.True(role.Get("AssumeRolePolicyDocument")!.ToJsonString().Length < 2_048, $"{role.Id}: trust");
        }
    }

    /// <summary>IAM refuses to create a role whose trust names one that is not there yet.</summary>
    [Theory]
    [MemberData(nameof(StageNames))]
    public void A_role_comes_after_those_it_trusts(string stage)
    {
        var templates = Synthesis.Stage(stage);
        var names = templates.Of(PolicyChecks.Role).ToDictionary(role => role.Id, role => role.Text("RoleName")!);
        foreach (var role in templates.Of(PolicyChecks.Role))
        {
            var trusted = PolicyChecks.Strings(role.Get("AssumeRolePolicyDocument.Statement.0.Principal.AWS"))
                .Select(arn => arn[(arn.IndexOf('/', StringComparison.Ordinal) + 1)..]);
            var before = PolicyChecks.Strings(role.Body["DependsOn"]).Select(id => names[id]);
            Assert.Equal(trusted.Order(), before.Order());
        }
    }

    [Theory]
    [InlineData("OutboxPipe", """["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]""")]
    [InlineData("ApiGatewayLogs", """["arn:aws:iam::aws:policy/CloudWatchFullAccess"]""")]
    public void A_managed_policy_that_no_reason_is_given_for_is_noticed(string role, string value) => Assert.NotEmpty(
        PolicyChecks.RolesEqualCode(Faults.Plant(
            PolicyChecks.Role, "ManagedPolicyArns", value, of => of.Text("RoleName") == $"clinic-prod-{role}")));

    [Fact]
    public void A_wildcard_in_a_policy_that_is_text_is_noticed() => Assert.NotEmpty(
        PolicyChecks.NoWildcards(Faults.Plant(
            "AWS::Logs::ResourcePolicy", "PolicyDocument",
            """"
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"logs:*\",\"Resource\":\"*\"}]}"
            """")));

    [Theory]
    [InlineData("Policy.Statement.0.Action", "\"execute-api:*\"")]
    [InlineData("Policy.Statement.0.Resource", "\"*\"")]
    public void A_public_api_that_opens_more_than_its_routes_is_noticed(string path, string value) =>
        Assert.NotEmpty(PolicyChecks.NoWildcards(Faults.Plant(ApiChecks.Api, path, value)));

    [Fact]
    public void A_lost_condition_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        Statement(templates, "TenantData", "RecordsRead")["Condition"]!.AsObject().Remove("Null");
        Assert.NotEmpty(PolicyChecks.RolesEqualCode(templates));
    }

    [Fact]
    public void A_wider_action_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        Statement(templates, "TenantData", "RecordsRead")["Action"]!.AsArray().Add("dynamodb:Scan");
        Assert.NotEmpty(PolicyChecks.RolesEqualCode(templates));
    }

    [Fact]
    public void A_wider_trust_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        Role(templates, "TenantShred").Properties["AssumeRolePolicyDocument"]!["Statement"]![0]!["Principal"]!["AWS"]!.AsArray()
            .Add($"arn:aws:iam::{templates.Stage.Account}:role/clinic-prod-ApiBase");
        Assert.NotEmpty(PolicyChecks.RolesEqualCode(templates));
    }

    [Fact]
    public void Another_key_in_a_policy_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        var statement = Statement(templates, "TenantData", "WrapKeys");
        var other = Statement(templates, "TenantData", "DataAtRest");
        statement["Resource"] = other["Resource"]!.DeepClone();
        Assert.NotEmpty(PolicyChecks.RolesEqualCode(templates));
    }

    [Fact]
    public void A_role_or_a_right_beside_the_code_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        Role(templates, "ApiBase").Properties["ManagedPolicyArns"] = new JsonArray("arn:aws:iam::aws:policy/AdministratorAccess");
        Assert.NotEmpty(PolicyChecks.RolesEqualCode(templates));

        templates = Synthesis.Stage("prod");
        Role(templates, "ApiBase").Properties["RoleName"] = "clinic-prod-Other";
        Assert.NotEmpty(PolicyChecks.RolesEqualCode(templates));
    }

    [Theory]
    [InlineData("TrailPolicy")]
    [InlineData("DocumentsPolicy")]
    public void A_bucket_that_answers_without_tls_is_noticed(string id)
    {
        foreach (var at in new[] { 0, 1 })
        {
            var templates = Synthesis.Stage("prod");
            Find(templates, id).Properties["PolicyDocument"]!["Statement"]!.AsArray().RemoveAt(at);
            Assert.NotEmpty(PolicyChecks.ResourcesEqualCode(templates));
        }
    }

    [Fact]
    public void A_trail_that_can_be_changed_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        Find(templates, "AuditTable").Properties.Remove("ResourcePolicy");
        Assert.NotEmpty(PolicyChecks.ResourcesEqualCode(templates));
    }

    [Fact]
    public void A_wrapping_key_that_asks_for_no_tenant_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        Find(templates, "TenantWrap").Properties["KeyPolicy"]!["Statement"]!.AsArray().RemoveAt(1);
        Assert.NotEmpty(PolicyChecks.ResourcesEqualCode(templates));
    }

    [Theory]
    [InlineData("Resource", "\"*\"")]
    [InlineData("Resource", "[\"*\"]")]
    [InlineData("Action", "[\"dynamodb:*\"]")]
    [InlineData("NotAction", "[\"iam:*\"]")]
    [InlineData("Principal", "\"*\"")]
    [InlineData("Principal", "{\"AWS\":\"*\"}")]
    public void A_wildcard_is_noticed(string element, string value)
    {
        var templates = Synthesis.Stage("prod");
        Statement(templates, "ClockRole", "Due")[element] = JsonNode.Parse(value);
        Assert.NotEmpty(PolicyChecks.NoWildcards(templates));
    }

    private static Resource Find(StageTemplates templates, string id) => templates.All.Single(resource => resource.Id == id);

    private static Resource Role(StageTemplates templates, string id) =>
        templates.Of(PolicyChecks.Role).Single(role => role.Id == id);

    private static JsonObject Statement(StageTemplates templates, string role, string sid) =>
        Role(templates, role).Properties["Policies"]![0]!["PolicyDocument"]!["Statement"]!.AsArray()
            .Select(statement => statement!.AsObject())
            .Single(statement => statement["Sid"]!.ToString() == sid);
}
