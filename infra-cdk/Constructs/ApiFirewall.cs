using System.Text.Json;
using Amazon.CDK;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.WAFv2;
using Clinic.Infra.Stacks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Constructs;

namespace Clinic.Infra.Constructs;

/// <summary>What is looked at before a request costs anything (OPS-2). Shield Standard is there without our doing.</summary>
internal sealed class ApiFirewall : Construct
{
    /// <summary>
    /// In five minutes from one address. A clinic is often one address: twenty people who each make twenty calls a minute
    /// stay below it.
    /// </summary>
    public const int RequestsMax = 3000;

    /// <summary>In five minutes from one address: log-ins and sign-ups, to guess passwords or mail strangers.</summary>
    public const int EntriesMax = 100;

    /// <summary>
    /// Rules of the common set that only count. They look into bodies for what a record may well say: narrative of FHIR is
    /// XHTML, its systems and attachments are URLs, notes are prose, and bundles are larger than 8 KB. The Api parses strictly,
    /// renders nothing and fetches no URL, so a match is no attack that could succeed, and a block is a record lost.
    /// </summary>
    public static readonly IReadOnlyList<string> OnlyCounted =
        ["SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY"];

    /// <summary>Whoever reads a log of refused requests must not find a session in it.</summary>
    public static readonly IReadOnlyList<string> RedactedHeaders = ["cookie", "authorization", "x-csrf-token"];

    private static readonly string[] LoggedActions = ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"];

    private static readonly string[] EntryPaths = ["/v1/sessions", "/v1/clinics"];

    private const string TooManyBody = "too-many";

    public ApiFirewall(Construct scope, string id, ClinicStage stage, KeysStack keys, string stageArn)
        : base(scope, id)
    {
        var acl = new CfnWebACL(this, "Acl", new CfnWebACLProps
        {
            Name = $"clinic-{stage.Name}-api",
            Scope = "REGIONAL",
            DefaultAction = new CfnWebACL.DefaultActionProperty { Allow = new CfnWebACL.AllowActionProperty() },
            VisibilityConfig = Visible("api"),
            CustomResponseBodies = new Dictionary<string, object>
            {
                [TooManyBody] = new CfnWebACL.CustomResponseBodyProperty
                {
                    ContentType = "APPLICATION_JSON",
                    Content = JsonSerializer.Serialize(new Dictionary<string, object>
                    {
                        ["type"] = Problems.TypePrefix + Problems.TooMany.Code,
                        ["title"] = Problems.TooMany.Title,
                        ["status"] = Problems.TooMany.Status,
                    }),
                },
            },
            Rules = Numbered(
                Rate("entries-of-an-address", EntriesMax, Entries()),
                Rate("requests-of-an-address", RequestsMax, scopeDown: null),
                Managed("AWSManagedRulesAmazonIpReputationList"),
                Managed("AWSManagedRulesKnownBadInputsRuleSet"),
                Managed("AWSManagedRulesCommonRuleSet", OnlyCounted),

                // Integrators call from hosts of providers and staff from behind VPNs: seen in the metrics, not refused.
                Managed("AWSManagedRulesAnonymousIpList", countAll: true)),
        });
        _ = new CfnWebACLAssociation(this, "Association", new CfnWebACLAssociationProps
        {
            ResourceArn = stageArn,
            WebAclArn = acl.AttrArn,
        });
        Log(stage, keys, acl);
    }

    /// <summary>
    /// Refused and counted requests only. The address stays: it is what CERT-In asks for after an attack, and of somebody who
    /// was refused.
    /// </summary>
    private void Log(ClinicStage stage, KeysStack keys, CfnWebACL acl)
    {
        // WAF takes no group whose name begins otherwise.
        var name = $"aws-waf-logs-clinic-{stage.Name}-api";
        var group = LogGroups.Add(this, "Log", stage, keys, name);
        var leave = new CfnResourcePolicy(this, "LogLeave", new CfnResourcePolicyProps
        {
            PolicyName = name,
            PolicyDocument = Stack.Of(this).ToJsonString(
                PolicyObjects.Of(Deliver(stage.Names, LogGroups.Arn(stage.Names, name)))),
        });
        var logging = new CfnLoggingConfiguration(this, "Logging", new CfnLoggingConfigurationProps
        {
            ResourceArn = acl.AttrArn,
            LogDestinationConfigs = [LogGroups.Arn(stage.Names, name)],
            RedactedFields =
                RedactedHeaders.Select(header => new CfnLoggingConfiguration.FieldToMatchProperty
                {
                    SingleHeader = new Dictionary<string, object> { ["Name"] = header },
                })
                .Append(new CfnLoggingConfiguration.FieldToMatchProperty { QueryString = new Dictionary<string, object>() })
                .ToArray(),
            LoggingFilter = new Dictionary<string, object>
            {
                ["DefaultBehavior"] = "DROP",
                ["Filters"] = new object[]
                {
                    new Dictionary<string, object>
                    {
                        ["Behavior"] = "KEEP",
                        ["Requirement"] = "MEETS_ANY",
                        ["Conditions"] = LoggedActions.Select(object (action) =>
                            new Dictionary<string, object>
                            {
                                ["ActionCondition"] = new Dictionary<string, object> { ["Action"] = action },
                            }).ToArray(),
                    },
                },
            },
        });
        logging.AddDependency(group);
        logging.AddDependency(leave);
    }

    private static Dictionary<string, object> Deliver(CloudNames names, string group) => new()
    {
        ["Sid"] = "FirewallLog",
        ["Effect"] = "Allow",
        ["Principal"] = new Dictionary<string, object> { ["Service"] = "delivery.logs.amazonaws.com" },
        ["Action"] = new object[] { "logs:CreateLogStream", "logs:PutLogEvents" },
        ["Resource"] = group + ":*",
        ["Condition"] = new Dictionary<string, object>
        {
            ["StringEquals"] = new Dictionary<string, object> { ["aws:SourceAccount"] = names.Account },
        },
    };

    private static CfnWebACL.RuleProperty[] Numbered(params CfnWebACL.RuleProperty[] rules)
    {
        for (var i = 0; i < rules.Length; i++) { rules[i].Priority = i; }
        return rules;
    }

    private static CfnWebACL.RuleProperty Rate(string name, int max, CfnWebACL.StatementProperty? scopeDown) => new()
    {
        Name = name,
        Statement = new CfnWebACL.StatementProperty
        {
            RateBasedStatement = new CfnWebACL.RateBasedStatementProperty
            {
                AggregateKeyType = "IP",
                Limit = max,
                EvaluationWindowSec = 300,
                ScopeDownStatement = scopeDown,
            },
        },
        Action = new CfnWebACL.RuleActionProperty
        {
            Block = new CfnWebACL.BlockActionProperty
            {
                CustomResponse = new CfnWebACL.CustomResponseProperty
                {
                    ResponseCode = Problems.TooMany.Status,
                    CustomResponseBodyKey = TooManyBody,
                    ResponseHeaders = new[]
                    {
                        new CfnWebACL.CustomHTTPHeaderProperty { Name = "Retry-After", Value = "60" },
                    },
                },
            },
        },
        VisibilityConfig = Visible(name),
    };

    /// <summary>Every POST of an open route lies below one of the two.</summary>
    private static CfnWebACL.StatementProperty Entries() => new()
    {
        OrStatement = new CfnWebACL.OrStatementProperty
        {
            Statements = EntryPaths.Select(path => new CfnWebACL.StatementProperty
            {
                AndStatement = new CfnWebACL.AndStatementProperty
                {
                    Statements = new[]
                    {
                        Match("POST", "EXACTLY", new() { Method = new Dictionary<string, object>() }),

                        // Below the gateway's own host the stage stands before the path.
                        Match(path, "CONTAINS", new() { UriPath = new Dictionary<string, object>() }),
                    },
                },
            }).ToArray(),
        },
    };

    private static CfnWebACL.StatementProperty Match(string text, string how, CfnWebACL.FieldToMatchProperty field) => new()
    {
        ByteMatchStatement = new CfnWebACL.ByteMatchStatementProperty
        {
            SearchString = text,
            PositionalConstraint = how,
            FieldToMatch = field,
            TextTransformations = new[] { new CfnWebACL.TextTransformationProperty { Priority = 0, Type = "NONE" } },
        },
    };

    private static CfnWebACL.RuleProperty Managed(string group, IReadOnlyList<string>? counted = null, bool countAll = false) =>
        new()
        {
            Name = group,
            Statement = new CfnWebACL.StatementProperty
            {
                ManagedRuleGroupStatement = new CfnWebACL.ManagedRuleGroupStatementProperty
                {
                    VendorName = "AWS",
                    Name = group,
                    RuleActionOverrides = counted?.Select(rule => new CfnWebACL.RuleActionOverrideProperty
                    {
                        Name = rule,
                        ActionToUse = new CfnWebACL.RuleActionProperty { Count = new CfnWebACL.CountActionProperty() },
                    }).ToArray(),
                },
            },
            OverrideAction = countAll
                ? new CfnWebACL.OverrideActionProperty { Count = new Dictionary<string, object>() }
                : new CfnWebACL.OverrideActionProperty { None = new Dictionary<string, object>() },
            VisibilityConfig = Visible(group),
        };

    /// <summary>No samples: they show whole headers, cookies among them, to whoever may open the console.</summary>
    private static CfnWebACL.VisibilityConfigProperty Visible(string metric) => new()
    {
        MetricName = metric,
        CloudWatchMetricsEnabled = true,
        SampledRequestsEnabled = false,
    };
}
