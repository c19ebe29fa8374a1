using System.Text.Json;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;
using Xunit;

namespace Clinic.GateTests.Policies;

public sealed class TrustTests
{
    private static readonly Authorizer Policies = new(CloudNames.Local, evaluate: true);

    /// <summary>Caller, role, tags as key=value with ',' between ("-" none), and whether it may.</summary>
    [Theory]
    [InlineData("ApiBase", "TenantShred", "tenant=aaaaaaaa", false)]
    [InlineData("ApiBase", "TenantNotice", "tenant=aaaaaaaa", false)]
    [InlineData("ApiBase", "ClockRole", "-", false)]
    [InlineData("ApiBase", "Worker-retention", "-", false)]
    [InlineData("Worker-imports", "TenantShred", "tenant=aaaaaaaa", false)]
    [InlineData("Worker-documents", "TenantShred", "tenant=aaaaaaaa", false)]
    [InlineData("Worker-documents", "TenantAuditRead", "tenant=aaaaaaaa", false)]
    [InlineData("Worker-documents", "TenantNotice", "tenant=aaaaaaaa", false)]
    [InlineData("Worker-imports", "TenantAuditRead", "tenant=aaaaaaaa", false)]
    [InlineData("Worker-notifications", "TenantOnboard", "-", false)]
    [InlineData("Worker-breach-alerts", "ClockRole", "-", false)]
    [InlineData("ApiBase", "TenantData", "-", false)]
    [InlineData("ApiBase", "TenantData", "tenant=aaaaaaa", false)]
    [InlineData("ApiBase", "TenantData", "tenant=aaaaaaaaa", false)]
    [InlineData("ApiBase", "TenantData", "tenant=", false)]
    [InlineData("ApiBase", "TenantData", "tenant=*", false)]
    [InlineData("ApiBase", "TenantData", "clinic=aaaaaaaa", false)]
    [InlineData("ApiBase", "TenantData", "tenant=aaaaaaaa,clinic=x", false)]
    [InlineData("ApiBase", "TenantOnboard", "tenant=aaaaaaaa", false)]
    [InlineData("TenantData", "TenantData", "tenant=bbbbbbbb", false)]
    [InlineData("TenantOnboard", "TenantData", "tenant=bbbbbbbb", false)]
    [InlineData("ApiBase", "Unheard", "-", false)]
    [InlineData("ApiBase", "TenantData", "tenant=aaaaaaaa", true)]
    [InlineData("ApiBase", "TenantData", "tenant=platform", true)]
    [InlineData("ApiBase", "TenantAuditRead", "tenant=aaaaaaaa", true)]
    [InlineData("ApiBase", "TenantOnboard", "-", true)]
    [InlineData("Worker-retention", "TenantShred", "tenant=aaaaaaaa", true)]
    [InlineData("Worker-retention", "ClockRole", "-", true)]
    [InlineData("Worker-retention", "TenantOnboard", "-", true)]
    [InlineData("Worker-notifications", "TenantNotice", "tenant=aaaaaaaa", true)]
    [InlineData("Worker-breach-alerts", "TenantNotice", "tenant=aaaaaaaa", true)]
    [InlineData("Worker-imports", "TenantData", "tenant=aaaaaaaa", true)]
    [InlineData("Worker-documents", "TenantData", "tenant=aaaaaaaa", true)]
    public void Who_may_become_whom(string caller, string role, string tags, bool may)
    {
        var principal = new GatePrincipal(Roles.Find(caller)!, "test", new Dictionary<string, string>());
        var context = principal.Context(CloudNames.Local);
        var pairs = tags == "-" ? [] : tags.Split(',').Select(tag => tag.Split('=')).ToList();
        foreach (var pair in pairs) { context.Set($"aws:RequestTag/{pair[0]}", pair[1]); }
        if (pairs.Count > 0) { context.Set("aws:TagKeys", [.. pairs.Select(pair => pair[0])]); }
        List<PolicyRequest> requests = [new("sts:AssumeRole", CloudNames.Local.RoleArn(role), context)];
        if (pairs.Count > 0) { requests.Add(requests[0] with { Action = "sts:TagSession" }); }

        Assert.Equal(may, Policies.AssumeRefusal(principal, requests) is null);
    }

    /// <summary>
    /// In one account AWS is content with either side, so a one-sided allowance would be wider there than here.
    /// </summary>
    [Fact]
    public void Identity_and_trust_name_the_same_pairs()
    {
        var arns = new NamedArns(CloudNames.Local);
        foreach (var target in Roles.Assumed)
        {
            var trusted = target.Trust.Statements.SelectMany(statement => statement.Principals)
                .Cast<PolicyPrincipal.Role>().Select(role => role.Name).Order();
            var holders = Roles.All
                .Where(role => role.Identity.Statements
                    .Any(statement => statement.Resources.Contains(new PolicyResource.Role(target.Name))))
                .Select(role => role.Name).Order();

            Assert.Equal(holders, trusted);
        }

        Assert.All(Roles.Functions, role => Assert.Contains("lambda.amazonaws.com", PolicyJson.Write(
            BoundPolicy.Bind(role.Trust, arns), trust: true), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_document_is_the_JSON_that_IAM_takes()
    {
        var arns = new NamedArns(CloudNames.Local);
        foreach (var role in Roles.All)
        {
            using var identity = JsonDocument.Parse(PolicyJson.Write(BoundPolicy.Bind(role.Identity, arns)));
            using var trust = JsonDocument.Parse(PolicyJson.Write(BoundPolicy.Bind(role.Trust, arns), trust: true));

            Assert.Equal(PolicyJson.Version, identity.RootElement.GetProperty("Version").GetString());
            var statements = identity.RootElement.GetProperty("Statement").EnumerateArray().ToList();
            Assert.Equal(statements.Count, statements.DistinctBy(one => one.GetProperty("Sid").GetString()).Count());
            Assert.All(statements, one => Assert.False(one.TryGetProperty("Principal", out _)));
            Assert.All(statements, one => Assert.NotEqual(0, one.GetProperty("Resource").GetArrayLength()));
            Assert.All(
                trust.RootElement.GetProperty("Statement").EnumerateArray(),
                one => Assert.False(one.TryGetProperty("Resource", out _)));
        }
    }

    /// <summary>ForAllValues is true of an absent key: wherever it stands, the same key must be demanded beside it.</summary>
    [Fact]
    public void No_statement_has_ForAllValues_without_Null()
    {
        var documents = Roles.All.SelectMany(role => role.Identity.Statements.Concat(role.Trust.Statements));
        foreach (var statement in documents)
        {
            foreach (var every in statement.Conditions.Where(one => one.Operator.StartsWith("ForAll", StringComparison.Ordinal)))
            {
                Assert.Contains(
                    statement.Conditions,
                    one => one.Operator == "Null" && one.Key == every.Key && one.Values[0] == "false");
            }
        }
    }
}
