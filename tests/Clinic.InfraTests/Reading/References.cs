using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Reading;

/// <summary>
/// Puts names and ARNs in place of references between resources and stacks, so that a template can be compared with what the
/// code says. A kind of reference that is not known here is an error, not a pass.
/// </summary>
internal static class References
{
    public static JsonNode? Resolve(JsonNode? node, StackTemplate stack, StageTemplates stage) => node switch
    {
        JsonObject one when one["Ref"] is { } target => Of(Owner(target.ToString(), stack, stage), "Ref"),
        JsonObject one when one["Fn::GetAtt"] is JsonArray target =>
            Of(Owner(target[0]!.ToString(), stack, stage), target[1]!.ToString()),
        JsonObject one when one["Fn::Join"] is JsonArray join => JsonValue.Create(string.Join(
            join[0]!.ToString(), join[1]!.AsArray().Select(part => Resolve(part, stack, stage)!.ToString()))),
        JsonObject one when one["Fn::ImportValue"] is { } name => Import(name.ToString(), stage),
        JsonObject one when one.Any(property => property.Key.StartsWith("Fn::", StringComparison.Ordinal)) =>
            throw new NotSupportedException($"No reading of {one.ToJsonString()}."),
        JsonObject one => new JsonObject(
            one.Select(property => KeyValuePair.Create(property.Key, Resolve(property.Value, stack, stage)))),
        JsonArray many => new JsonArray([.. many.Select(item => Resolve(item, stack, stage))]),
        _ => node?.DeepClone(),
    };

    private static Resource Owner(string id, StackTemplate stack, StageTemplates stage) =>
        new(stage, stack, id, stack.Resources[id]!.AsObject());

    private static JsonNode? Import(string name, StageTemplates stage)
    {
        foreach (var stack in stage.Stacks)
        {
            foreach (var output in stack.Template["Outputs"]?.AsObject() ?? [])
            {
                if (output.Value!["Export"]?["Name"]?.ToString() == name)
                {
                    return Resolve(output.Value["Value"], stack, stage);
                }
            }
        }

        throw new InvalidOperationException($"No stack exports {name}.");
    }

    private static JsonValue Of(Resource resource, string attribute)
    {
        var text = (resource.Type, attribute) switch
        {
            ("AWS::KMS::Key", "Arn" or "Ref") => KeyArn(resource),
            ("AWS::SQS::Queue", "Arn") => Arn(resource, "sqs", resource.Text("QueueName")!),
            ("AWS::SQS::Queue", "QueueName" or "Ref") => resource.Text("QueueName")!,
            ("AWS::S3::Bucket", "Ref") => resource.Text("BucketName")!,
            ("AWS::DynamoDB::Table", "StreamArn") => Arn(resource, "dynamodb", $"table/{resource.Text("TableName")}/stream/now"),
            ("AWS::Events::EventBus", "Ref") => resource.Text("Name")!,
            ("AWS::Events::EventBus", "Arn") => Arn(resource, "events", $"event-bus/{resource.Text("Name")}"),
            ("AWS::Events::Rule", "Arn") => Arn(resource, "events", $"rule/{resource.Id}"),
            ("AWS::ApiGateway::Stage", "Ref") => resource.Text("StageName")!,
            ("AWS::ApiGateway::DomainName", "Ref") => resource.Text("DomainName")!,

            // Drawn by AWS: the id of the resource stands for it.
            ("AWS::ApiGateway::RestApi" or "AWS::ApiGateway::Deployment", "Ref") => resource.Id,
            ("AWS::WAFv2::WebACL", "Arn") => Arn(resource, "wafv2", $"regional/webacl/{resource.Text("Name")}/{resource.Id}"),
            ("AWS::Lambda::Function", "Ref") => resource.Text("FunctionName")!,
            ("AWS::Lambda::Alias", "Ref") =>
                Arn(resource, "lambda", $"function:{resource.Text("FunctionName")}:{resource.Text("Name")}"),
            ("AWS::Lambda::Version", "Version") => $"{resource.Text("FunctionName")}:{resource.Id}",
            ("AWS::Logs::LogGroup", "Ref") => resource.Text("LogGroupName")!,
            ("AWS::SES::ConfigurationSet", "Ref") => resource.Text("Name")!,
            ("AWS::SNS::Topic", "Ref") => Arn(resource, "sns", resource.Text("TopicName")!),
            ("AWS::IAM::Role", "Arn") => $"arn:aws:iam::{resource.In.Stage.Account}:role/{resource.Text("RoleName")}",
            _ => throw new NotSupportedException($"No reading of {resource.Type}.{attribute}."),
        };
        return JsonValue.Create(text);
    }

    private static string Arn(Resource resource, string service, string rest) =>
        $"arn:aws:{service}:{CloudNames.Region}:{resource.In.Stage.Account}:{rest}";

    /// <summary>By the alias that points to it: the alias is what the code gives to KMS.</summary>
    private static string KeyArn(Resource key)
    {
        var names = key.In.Stage.Names;
        var alias = key.In.Of("AWS::KMS::Alias")
            .Single(alias => alias.Properties["TargetKeyId"]!["Ref"]?.ToString() == key.Id)
            .Properties["AliasName"]!.ToString();
        var spec = CloudParts.KmsKeys.Single(spec => names.KmsAlias(spec).EndsWith($":{alias}", StringComparison.Ordinal));
        return new NamedArns(names).Key(spec);
    }
}
