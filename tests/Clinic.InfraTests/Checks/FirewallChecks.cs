using System.Text.Json.Nodes;
using Clinic.InfraTests.Reading;

namespace Clinic.InfraTests.Checks;

/// <summary>The firewall before the gateway.</summary>
internal static class FirewallChecks
{
    public const string Acl = "AWS::WAFv2::WebACL";
    public const string Association = "AWS::WAFv2::WebACLAssociation";
    public const string Logging = "AWS::WAFv2::LoggingConfiguration";

    /// <summary>What a record may say in its body, and the reasons beside the list of the stack.</summary>
    private static readonly string[] OnlyCounted =
        ["SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY"];

    private static readonly string[] Blocking =
    [
        "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet",
    ];

    public static IReadOnlyList<string> All(StageTemplates stage)
    {
        var complaints = new Complaints();
        if (complaints.One(stage, Acl, "Scope", "REGIONAL") is not { } acl) { return complaints.Found; }

        var api = stage.Of(ApiChecks.Api).Single().Id;
        if (complaints.One(
            stage, Association, "ResourceArn", $"arn:aws:apigateway:ap-south-1::/restapis/{api}/stages/live") is { } guarded)
        {
            complaints.Same(guarded, "WebACLArn", Arn(acl));
        }

        var rules = acl.Get("Rules")!.AsArray();
        foreach (var group in Blocking)
        {
            var rule = rules.SingleOrDefault(rule => rule!["Name"]!.ToString() == group);
            var statement = rule?["Statement"]?["ManagedRuleGroupStatement"];
            complaints.Expect(rule?["OverrideAction"]?["None"] is not null, $"{group} does not block");
            var counted = statement?["RuleActionOverrides"]?.AsArray().Select(over => over!["Name"]!.ToString()) ?? [];
            string[] expected = group == "AWSManagedRulesCommonRuleSet" ? OnlyCounted : [];
            complaints.Expect(counted.Order().SequenceEqual(expected.Order()), $"{group}: other rules only count");
            complaints.Expect(
                statement?["ExcludedRules"] is null && statement?["ScopeDownStatement"] is null, $"{group}: has exceptions");
        }

        Rates(complaints, rules);
        complaints.Expect(
            !acl.Get("VisibilityConfig")!.ToJsonString().Contains("\"SampledRequestsEnabled\":true", StringComparison.Ordinal)
            && !rules.ToJsonString().Contains("\"SampledRequestsEnabled\":true", StringComparison.Ordinal),
            "samples show whole requests");
        if (complaints.One(stage, Logging, "ResourceArn", Arn(acl)) is { } logging) { Log(complaints, stage, logging); }
        return complaints.Found;
    }

    private static void Rates(Complaints complaints, JsonArray rules)
    {
        var rates = rules.Where(rule => rule!["Statement"]?["RateBasedStatement"] is not null).ToArray();
        complaints.Expect(
            rates.Any(rule => rule!["Statement"]!["RateBasedStatement"]!["ScopeDownStatement"] is null),
            "no rate is set for an address");
        complaints.Expect(
            rates.Any(rule => rule!["Statement"]!["RateBasedStatement"]!["ScopeDownStatement"]?.ToJsonString()
                .Contains("/v1/sessions", StringComparison.Ordinal) == true),
            "passwords may be guessed at the rate of other calls");
        foreach (var rule in rates)
        {
            complaints.Expect(
                (int?)rule!["Action"]?["Block"]?["CustomResponse"]?["ResponseCode"] == 429, $"{rule["Name"]} does not block");
            complaints.Expect(
                rule["Statement"]!["RateBasedStatement"]!["AggregateKeyType"]!.ToString() == "IP",
                $"{rule["Name"]} does not count by address");
        }
    }

    private static void Log(Complaints complaints, StageTemplates stage, Resource logging)
    {
        var group = $"arn:aws:logs:ap-south-1:{stage.Stage.Account}:log-group:aws-waf-logs-clinic-{stage.Stage.Name}-api";
        complaints.Same(logging, "LogDestinationConfigs", new JsonArray(group));
        var redacted = logging.Get("RedactedFields")!.AsArray();
        var headers = redacted.Select(field => field!["SingleHeader"]?["Name"]?.ToString()).OfType<string>().ToHashSet();
        complaints.Expect(
            headers.IsSupersetOf(["cookie", "authorization", "x-csrf-token"]), "the firewall's log tells a session");
        complaints.Expect(redacted.Any(field => field!["QueryString"] is not null), "the firewall's log tells the query");
        complaints.Same(logging, "LoggingFilter.DefaultBehavior", "DROP");
    }

    private static string Arn(Resource acl) =>
        $"arn:aws:wafv2:ap-south-1:{acl.In.Stage.Account}:regional/webacl/{acl.Text("Name")}/{acl.Id}";
}
