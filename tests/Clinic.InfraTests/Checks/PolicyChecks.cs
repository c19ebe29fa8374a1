using System.Text.Json.Nodes;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Checks;

/// <summary>The policies of the template against the documents of the code, which the local gate enforces.</summary>
internal static class PolicyChecks
{
    public const string Role = "AWS::IAM::Role";

    /// <summary>Roles that only the stack knows, because no code of ours runs as them.</summary>
    private static readonly string[] StackRoles = ["OutboxPipe", GatewayLogs];

    /// <summary>API Gateway takes no other rights for its logs than those that it recognises.</summary>
    private const string GatewayLogs = "ApiGatewayLogs";
    private const string GatewayLogsPolicy = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

    /// <summary>The API is public: who somebody is, its sessions say. Nothing else may be anybody's.</summary>
    private const string PublicApi = "AWS::ApiGateway::RestApi";
    private const string PublicAction = "execute-api:Invoke";

    /// <summary>Resources in whose policy "*" is the resource itself, and the reason why KMS asks for it there.</summary>
    private static readonly string[] SaysStarForItself = [StoreChecks.Key];

    public static IReadOnlyList<string> RolesEqualCode(StageTemplates stage)
    {
        var complaints = new Complaints();
        var names = stage.Stage.Names;
        string[] expected = [.. Roles.All.Select(spec => spec.Name).Concat(StackRoles).Select(names.RoleName)];
        var extra = stage.Of(Role).Select(role => role.Text("RoleName")).Except(expected);
        complaints.Expect(!extra.Any(), "there are roles that the code does not know");
        foreach (var kind in new[] { "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::User", "AWS::IAM::RolePolicy" })
        {
            complaints.Expect(!stage.Of(kind).Any(), $"there is a {kind}: rights stand in the roles alone");
        }

        foreach (var role in stage.Of(Role))
        {
            var managed = role.Text("RoleName") == names.RoleName(GatewayLogs) ? new JsonArray(GatewayLogsPolicy) : null;
            complaints.Same(role, "ManagedPolicyArns", managed);
        }

        foreach (var spec in Roles.All)
        {
            if (complaints.One(stage, Role, "RoleName", names.RoleName(spec.Name)) is not { } role) { continue; }

            complaints.Same(role, "AssumeRolePolicyDocument", Document(stage, spec.Trust, trust: true));
            var log = 0;
            if (spec.Identity.Statements.Count > 0)
            {
                complaints.Same(role, "Policies.0.PolicyDocument", Document(stage, spec.Identity));
                log = 1;
            }

            complaints.Same(role, $"Policies.{log}", spec.IsFunction ? OwnLog(stage, spec) : null);
            complaints.Same(role, $"Policies.{log + 1}", null);
            complaints.Same(role, "MaxSessionDuration", 3600);
        }

        return complaints.Found;
    }

    public static IReadOnlyList<string> ResourcesEqualCode(StageTemplates stage)
    {
        var complaints = new Complaints();
        var names = stage.Stage.Names;
        foreach (var spec in CloudParts.Tables)
        {
            var policy = ResourcePolicies.Of(spec) is { } document ? Document(stage, document) : null;
            var table = complaints.One(stage, StoreChecks.Table, "TableName", names.Table(spec));
            if (table is not null) { complaints.Same(table, "ResourcePolicy.PolicyDocument", policy); }
        }

        foreach (var spec in CloudParts.Buckets)
        {
            var expected = Document(stage, ResourcePolicies.Of(spec));
            expected["Statement"]!.AsArray().Add(TlsMin(stage, spec));
            var policy = complaints.One(stage, "AWS::S3::BucketPolicy", "Bucket", names.Bucket(spec));
            if (policy is not null) { complaints.Same(policy, "PolicyDocument", expected); }
        }

        foreach (var spec in CloudParts.KmsKeys)
        {
            var arn = new NamedArns(names).Key(spec);
            var alias = stage.Of("AWS::KMS::Alias").SingleOrDefault(alias => alias.Text("TargetKeyId") == arn);
            complaints.Expect(alias is not null, $"no alias leads to {spec.Name}");
            if (alias is null) { continue; }

            var id = alias.Properties["TargetKeyId"]!["Ref"]!.ToString();
            var key = stage.Of(StoreChecks.Key).Single(key => key.Id == id);
            complaints.Same(key, "KeyPolicy", Document(stage, ResourcePolicies.Of(spec)));
        }

        return complaints.Found;
    }

    /// <summary>No statement of any policy is about everything, allows everything of a service, or allows everybody.</summary>
    public static IReadOnlyList<string> NoWildcards(StageTemplates stage)
    {
        var complaints = new Complaints();
        foreach (var resource in stage.All)
        {
            foreach (var statement in Statements(resource.Resolved))
            {
                var allows = statement["Effect"]!.ToString() == "Allow";
                var forItself = SaysStarForItself.Contains(resource.Type);
                var where = $"{resource.Id}, statement {statement["Sid"]}";
                complaints.Expect(forItself || !Strings(statement["Resource"]).Contains("*"), $"{where}: about every resource");
                complaints.Expect(
                    !allows || forItself || !Strings(statement["Action"]).Any(IsEveryAction),
                    $"{where}: allows every action");
                var isPublic = resource.Type == PublicApi && Strings(statement["Action"]).SequenceEqual([PublicAction]);
                complaints.Expect(!allows || isPublic || !Anybody(statement["Principal"]), $"{where}: allows everybody");
                complaints.Expect(
                    statement["NotAction"] is null && statement["NotResource"] is null && statement["NotPrincipal"] is null,
                    $"{where}: says what it is not about");
            }
        }

        return complaints.Found;
    }

    /// <summary>A service of AWS works for every account: what it may do with a resource of ours names this one.</summary>
    public static IReadOnlyList<string> ServicesOfThisAccount(StageTemplates stage)
    {
        var complaints = new Complaints();
        foreach (var resource in stage.All.Where(resource => resource.Type != Role))
        {
            foreach (var statement in Statements(resource.Resolved))
            {
                if (statement["Effect"]!.ToString() != "Allow") { continue; }

                var service = (statement["Principal"] as JsonObject)?["Service"];
                complaints.Expect(
                    service is null || statement["Condition"]?.ToJsonString()
                        .Contains(stage.Stage.Account, StringComparison.Ordinal) == true,
                    $"{resource.Id}, statement {statement["Sid"]}: lets {service} act for any account");
            }
        }

        return complaints.Found;
    }

    public static JsonObject Document(StageTemplates stage, PolicyDocument document, bool trust = false) =>
        JsonNode.Parse(PolicyJson.Write(BoundPolicy.Bind(document, new NamedArns(stage.Stage.Names)), trust))!.AsObject();

    public static IEnumerable<string> Strings(JsonNode? node) => node switch
    {
        JsonArray many => many.Select(item => item!.ToString()),
        JsonValue one => [one.ToString()],
        _ => [],
    };

    private static bool IsEveryAction(string action) => action == "*" || action.EndsWith(":*", StringComparison.Ordinal);

    private static bool Anybody(JsonNode? principal) =>
        Strings(principal is JsonObject by ? by["AWS"] : principal).Contains("*");

    private static IEnumerable<JsonObject> Statements(JsonNode? node) => node switch
    {
        JsonObject one when one["Effect"] is not null => [one],
        JsonObject one => one.SelectMany(property => Statements(property.Value)),
        JsonArray many => many.SelectMany(Statements),

        // The leave to write into a log group is a policy as text.
        JsonValue one when one.TryGetValue<string>(out var text)
            && text.StartsWith("""{"Version":""", StringComparison.Ordinal) => Statements(JsonNode.Parse(text)),
        _ => [],
    };

    private static JsonObject OwnLog(StageTemplates stage, RoleSpec spec) => new()
    {
        ["PolicyDocument"] = new JsonObject
        {
            ["Version"] = PolicyJson.Version,
            ["Statement"] = new JsonArray(new JsonObject
            {
                ["Sid"] = "OwnLog",
                ["Effect"] = "Allow",
                ["Action"] = new JsonArray("logs:CreateLogStream", "logs:PutLogEvents"),
                ["Resource"] =
                    $"arn:aws:logs:ap-south-1:{stage.Stage.Account}:log-group:/clinic/{stage.Stage.Name}/{spec.Name}:*",
            }),
        },
        ["PolicyName"] = "log",
    };

    /// <summary>TLS 1.3 and nothing below: a stage that is set to less must be noticed here (ENC-1).</summary>
    private static JsonObject TlsMin(StageTemplates stage, BucketSpec spec) => new()
    {
        ["Sid"] = "TlsMin",
        ["Effect"] = "Deny",
        ["Principal"] = "*",
        ["Action"] = "s3:*",
        ["Resource"] = new JsonArray(stage.Stage.Names.BucketArn(spec), stage.Stage.Names.BucketArn(spec) + "/*"),
        ["Condition"] = new JsonObject { ["NumericLessThan"] = new JsonObject { ["s3:TlsVersion"] = "1.3" } },
    };
}
