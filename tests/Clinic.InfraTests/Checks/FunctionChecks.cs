using System.Text.Json.Nodes;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Checks;

/// <param name="Name">In AWS.</param>
internal sealed record ExpectedFunction(string Name, string Role, int TimeoutSeconds, QueueSpec? Queue);

/// <summary>Functions, their logs, and what feeds them.</summary>
internal static class FunctionChecks
{
    public const string Function = "AWS::Lambda::Function";
    public const string Source = "AWS::Lambda::EventSourceMapping";
    public const string LogGroup = "AWS::Logs::LogGroup";
    public const string Alias = "AWS::Lambda::Alias";

    /// <summary>As AWS recommends between a function's timeout and its queue's visibility.</summary>
    private const int Tries = 6;

    public static IReadOnlyList<ExpectedFunction> Expected(CloudNames names) =>
    [
        new(names.Function("api"), "ApiBase", 29, null),
        .. CloudParts.Queues.Select(queue => new ExpectedFunction(
            names.Function($"worker-{queue.Name}"), $"Worker-{queue.Name}", (int)queue.Visibility.TotalSeconds / Tries, queue)),
        new(names.Function("sealer"), "Sealer", 60, null),
        new(names.Function("restorer"), "Restorer", 900, null),
        new(names.Function("thumbnails"), "Thumbnails", 30, null),
    ];

    public static IReadOnlyList<string> Functions(StageTemplates stage)
    {
        var complaints = new Complaints();
        var names = stage.Stage.Names;
        var expected = Expected(names);
        complaints.Expect(stage.Of(Function).Count() == expected.Count, "there are other functions than the expected ones");
        foreach (var of in expected)
        {
            if (complaints.One(stage, Function, "FunctionName", of.Name) is not { } function) { continue; }

            complaints.Same(function, "Role", names.RoleArn(of.Role));
            complaints.Same(function, "Timeout", of.TimeoutSeconds);
            complaints.Same(function, "Runtime", "provided.al2023");
            complaints.Same(function, "Handler", "bootstrap");
            complaints.Same(function, "Architectures", new JsonArray("x86_64"));
            complaints.Same(function, "LoggingConfig.LogGroup", $"/clinic/{names.Stage}/{of.Role}");
            complaints.Same(function, "Environment.Variables.CLINIC_STAGE", names.Stage);
            complaints.Same(function, "Environment.Variables.CLINIC_ACCOUNT", names.Account);
            complaints.Same(function, "Environment.Variables.QUEUE", of.Queue?.Name);
            complaints.Expect(
                (int?)function.Get("ReservedConcurrentExecutions") >= 2, $"{of.Name} may take the concurrency of others");
            _ = complaints.One(stage, LogGroup, "LogGroupName", $"/clinic/{names.Stage}/{of.Role}");
            if (complaints.One(stage, Alias, "FunctionName", of.Name) is { } alias)
            {
                complaints.Same(alias, "Name", "live");
                complaints.Expect(
                    alias.Text("FunctionVersion")!.StartsWith(of.Name + ":", StringComparison.Ordinal),
                    $"{of.Name}: live leads to no version of it");
            }
        }

        return complaints.Found;
    }

    /// <summary>Every group has an end and our key, and nobody writes a log elsewhere.</summary>
    public static IReadOnlyList<string> Logs(StageTemplates stage)
    {
        var complaints = new Complaints();
        foreach (var group in stage.Of(LogGroup))
        {
            complaints.Same(group, "RetentionInDays", 400);
            complaints.Same(group, "KmsKeyId", new NamedArns(stage.Stage.Names).Key(CloudParts.Logs));
        }

        var groups = stage.Of(LogGroup).Select(group => group.Text("LogGroupName")).ToHashSet();
        foreach (var name in new[]
        {
            $"/clinic/{stage.Stage.Name}/api-access",
            $"aws-waf-logs-clinic-{stage.Stage.Name}-api",
            $"API-Gateway-Execution-Logs_{stage.Of(ApiChecks.Api).Single().Id}/live",
        })
        {
            complaints.Expect(groups.Contains(name), $"{name} would be made without an end");
        }

        return complaints.Found;
    }

    public static IReadOnlyList<string> Sources(StageTemplates stage)
    {
        var complaints = new Complaints();
        var names = stage.Stage.Names;
        complaints.Expect(stage.Of(Source).Count() == CloudParts.Queues.Count + 1, "there are other sources than expected");
        foreach (var queue in CloudParts.Queues)
        {
            var function = $"worker-{queue.Name}";
            if (Fed(complaints, stage, names.QueueArn(queue), function) is not { } source) { continue; }

            complaints.Same(source, "BatchSize", queue.BatchSize);
            complaints.Same(source, "FunctionResponseTypes", new JsonArray("ReportBatchItemFailures"));
            var of = stage.Find(Function, "FunctionName", names.Function(function));
            complaints.Same(source, "ScalingConfig.MaximumConcurrency", of?.Get("ReservedConcurrentExecutions"));
            var visibility = (int?)stage.Find(MessagingChecks.Queue, "QueueName", names.Queue(queue))?.Get("VisibilityTimeout");
            complaints.Expect(
                (int?)of?.Get("Timeout") * Tries <= visibility, $"{queue.Name}: shows a message again while it is worked on");
        }

        if (Fed(complaints, stage, names.TableArn(CloudParts.Audit) + "/stream/now", "sealer") is { } trail)
        {
            complaints.Same(trail, "StartingPosition", "TRIM_HORIZON");
            complaints.Same(trail, "ParallelizationFactor", 1);
            complaints.Same(trail, "BisectBatchOnFunctionError", true);
            complaints.Same(trail, "FunctionResponseTypes", new JsonArray("ReportBatchItemFailures"));
            complaints.Same(
                trail, "DestinationConfig.OnFailure.Destination",
                $"arn:aws:sqs:ap-south-1:{names.Account}:clinic-{names.Stage}-sealer-dlq");
            complaints.Same(trail, "FilterCriteria", null);
        }

        return complaints.Found;
    }

    private static Resource? Fed(Complaints complaints, StageTemplates stage, string from, string function)
    {
        var source = complaints.One(stage, Source, "EventSourceArn", from);
        if (source is not null)
        {
            complaints.Same(
                source, "FunctionName",
                $"arn:aws:lambda:ap-south-1:{stage.Stage.Account}:function:{stage.Stage.Names.Function(function)}:live");
        }

        return source;
    }
}
