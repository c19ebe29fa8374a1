using System.Text.Json.Nodes;
using Clinic.InfraTests.Checks;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Simulation;

/// <summary>Resources as simulation.tsv names them: kind and name, with a ':' between.</summary>
internal static class SimulatedResource
{
    public static string Arn(string text, CloudNames names)
    {
        var (kind, name, rest) = Split(text);
        var arns = new NamedArns(names);
        return kind switch
        {
            "table" => arns.Table(Table(name)) + (rest.Length > 0 ? $"/index/{rest}" : ""),
            "restored" => arns.Restored(Table(name)).Replace("*", rest, StringComparison.Ordinal),
            "stream" => $"{arns.Table(Table(name))}/stream/now",
            "bucket" => arns.Bucket(Bucket(name)) + (rest.Length > 0 ? $"/{rest}" : ""),
            "key" => arns.Key(Key(name)),
            "queue" => $"arn:aws:sqs:{CloudNames.Region}:{names.Account}:clinic-{names.Stage}-{name}",
            "role" => arns.Role(name),
            "function" => rest.Length > 0 ? $"{names.FunctionArn(name)}:{rest}" : names.FunctionArn(name),
            "mail" => arns.MailIdentities.Replace("*", name, StringComparison.Ordinal),
            "bus" => $"arn:aws:events:{CloudNames.Region}:{names.Account}:event-bus/clinic-{names.Stage}-{name}",
            _ => throw new FormatException($"No resource {text}."),
        };
    }

    /// <summary>What the template hangs on the resource itself; null when nothing.</summary>
    public static JsonNode? PolicyInTemplate(string text, StageTemplates stage)
    {
        var (kind, name, _) = Split(text);
        var names = stage.Stage.Names;
        return kind switch
        {
            "table" => stage.Find(StoreChecks.Table, "TableName", names.Table(Table(name)))!.Get("ResourcePolicy.PolicyDocument"),
            "bucket" => stage.Find("AWS::S3::BucketPolicy", "Bucket", names.Bucket(Bucket(name)))!.Get("PolicyDocument"),
            "key" => stage.Of(StoreChecks.Key).Single(key => key.Id == KeyId(Key(name), stage)).Get("KeyPolicy"),
            "queue" => stage.Find("AWS::SQS::QueuePolicy", "Queues.0", $"clinic-{names.Stage}-{name}")!.Get("PolicyDocument"),
            "role" => stage.Find(PolicyChecks.Role, "RoleName", names.RoleName(name))!.Get("AssumeRolePolicyDocument"),
            _ => null,
        };
    }

    /// <summary>The same of the code, without roles: whether they trust is asked for itself.</summary>
    public static PolicyDocument? PolicyInCode(string text)
    {
        var (kind, name, _) = Split(text);
        return kind switch
        {
            "table" => ResourcePolicies.Of(Table(name)),
            "bucket" => ResourcePolicies.Of(Bucket(name)),
            "key" => ResourcePolicies.Of(Key(name)),
            _ => null,
        };
    }

    public static string Name(string text) => Split(text).Name;

    private static string KeyId(KmsKeySpec key, StageTemplates stage) =>
        stage.Of("AWS::KMS::Alias")
            .Single(alias => alias.Text("TargetKeyId") == new NamedArns(stage.Stage.Names).Key(key))
            .Properties["TargetKeyId"]!["Ref"]!.ToString();

    private static TableSpec Table(string name) => CloudParts.Tables.Single(table => table.Name == name);

    private static BucketSpec Bucket(string name) => CloudParts.Buckets.Single(bucket => bucket.Name == name);

    private static KmsKeySpec Key(string name) => CloudParts.KmsKeys.Single(key => key.Name == name);

    private static (string Kind, string Name, string Part) Split(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var slash = text.IndexOf('/', colon);
        return slash < 0
            ? (text[..colon], text[(colon + 1)..], "")
            : (text[..colon], text[(colon + 1)..slash], text[(slash + 1)..]);
    }
}
