using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Infra.Stacks;
using Clinic.Platform.Cloud;

namespace Clinic.Infra.Constructs;

/// <summary>The page of a stage: is it up, is it fast, does something wait. Counts and times only.</summary>
internal static class StagePage
{
    private const int Width = 12;
    private const int Height = 6;

    private static readonly string[] Ways = ["ReadThrottleEvents", "WriteThrottleEvents"];

    public static string Of(CloudNames names)
    {
        string[] functions =
        [
            FunctionNames.Api, .. CloudParts.Queues.Select(FunctionNames.Worker), FunctionNames.Sealer, FunctionNames.Restorer,
            FunctionNames.Thumbnails,
        ];
        Gauge Gateway(string name) => new("AWS/ApiGateway", name, "ApiName", ApiStack.ApiName(names));
        IEnumerable<Gauge> Each(string name) =>
            functions.Select(function => new Gauge("AWS/Lambda", name, "FunctionName", names.Function(function)));
        JsonObject[] widgets =
        [
            Widget("Requests", "Sum", [Gateway("Count"), Gateway("4XXError"), Gateway("5XXError")]),
            Widget("Answer time, p99 (ms)", "p99", [Gateway("Latency"), Gateway("IntegrationLatency")]),
            Widget("Failed invocations", "Sum", Each("Errors")),
            Widget("Throttled invocations", "Sum", Each("Throttles")),
            Widget("Invocation time, p99 (ms)", "p99", Each("Duration")),
            Widget("Running at once", "Maximum", Each("ConcurrentExecutions")),
            Widget("Oldest message (s)", "Maximum", CloudParts.Queues.Select(queue =>
                new Gauge("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", names.Queue(queue)))),
            Widget("Dead letters", "Maximum", CloudParts.Queues.Select(names.DeadLetterQueue)
                .Append(names.FailureQueue(FunctionNames.Sealer))
                .Select(queue => new Gauge("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue))),
            Widget("Throttled table calls", "Sum", CloudParts.Tables.SelectMany(table =>
                Ways.Select(way => new Gauge("AWS/DynamoDB", way, "TableName", names.Table(table))))),
            Widget("Outbox pipe", "Sum",
            [
                new("AWS/EventBridge/Pipes", "EventCount", "PipeName", OutboxPipe.PipeName(names)),
                new("AWS/EventBridge/Pipes", "ExecutionFailed", "PipeName", OutboxPipe.PipeName(names)),
            ]),
        ];
        for (var i = 0; i < widgets.Length; i++)
        {
            widgets[i]["x"] = i % 2 * Width;
            widgets[i]["y"] = i / 2 * Height;
        }

        return new JsonObject { ["widgets"] = new JsonArray([.. widgets]) }.ToJsonString(JsonSerializerOptions.Default);
    }

    private static JsonObject Widget(string title, string statistic, IEnumerable<Gauge> metrics) => new()
    {
        ["type"] = "metric",
        ["width"] = Width,
        ["height"] = Height,
        ["properties"] = new JsonObject
        {
            ["title"] = title,
            ["region"] = CloudNames.Region,
            ["stat"] = statistic,
            ["period"] = 60,
            ["metrics"] = new JsonArray(
            [
                .. metrics.Select(metric =>
                    new JsonArray(metric.Namespace, metric.Name, metric.Dimension, metric.Value)),
            ]),
        },
    };
}
