using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.Events;
using Clinic.Infra.Constructs;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>
/// What a person is called for, and the page that this person then opens. Dead letters have their alarms where they are made.
/// </summary>
public sealed class WatchStack : ClinicStack
{
    /// <summary>Of the time that a function has: what is slower will soon be cut off.</summary>
    private const double NearTimeout = 0.8;

    /// <summary>
    /// As long as the outbox waits before it hands a message out anew; an import may wait for another, and a document for the
    /// word of the scanner.
    /// </summary>
    private const int WaitSeconds = 15 * 60;
    private const int WaitSecondsOfLongWork = 60 * 60;

    private const int ServerErrorPercent = 5;
    private const int RequestsToJudge = 20;
    private const int AnswerMillis = 5000;

    /// <summary>What ends a key or takes it out of service, as CloudTrail names it.</summary>
    private static readonly string[] KeyEnds = ["ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"];

    public WatchStack(Construct scope, ClinicStage stage)
        : base(scope, "Watch", stage)
    {
        Function(FunctionNames.Api, ApiDescription.Patience);
        foreach (var queue in CloudParts.Queues)
        {
            Function(FunctionNames.Worker(queue), queue.Timeout);
            Queue(queue);
        }

        Function(FunctionNames.Sealer, TimeSpan.FromMinutes(1));
        Function(FunctionNames.Restorer, TimeSpan.FromMinutes(15));
        Function(FunctionNames.Thumbnails, ThumbnailsStack.Timeout);
        Api();
        Streams();
        foreach (var table in CloudParts.Tables) { Table(table); }
        Keys();
        _ = new CfnDashboard(this, "Dashboard", new CfnDashboardProps
        {
            DashboardName = $"clinic-{stage.Name}",
            DashboardBody = StagePage.Of(Names),
        });
    }

    private void Function(string function, TimeSpan timeout)
    {
        Gauge Of(string name) => new("AWS/Lambda", name, "FunctionName", Names.Function(function));
        Ring($"{function}-errors", "Invocations fail.", Of("Errors"), new Ringing("Sum", 1));
        Ring($"{function}-throttles", "The function's concurrency is used up.", Of("Throttles"), new Ringing("Sum", 1));
        Ring(
            $"{function}-slow", "Invocations come near to their timeout.", Of("Duration"),
            new Ringing("p99", timeout.TotalMilliseconds * NearTimeout, Periods: 3));
    }

    private void Queue(QueueSpec queue) => Ring(
        $"{queue.Name}-waits", "The oldest message waits too long.",
        new Gauge("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", Names.Queue(queue)),
        new Ringing("Maximum", IsLongWork(queue) ? WaitSecondsOfLongWork : WaitSeconds));

    private static bool IsLongWork(QueueSpec queue) =>
        queue == CloudParts.Imports || queue == CloudParts.DocumentsQueue || queue == CloudParts.Exports;

    private void Api()
    {
        Gauge Of(string name) => new("AWS/ApiGateway", name, "ApiName", ApiStack.ApiName(Names));
        Alarms.AddRatio(
            this, "GatewayFaults", Names, AlarmName("gateway-faults"), "Too many answers are 5xx (percent).",
            (Of("5XXError"), Of("Count"), RequestsToJudge), new Ringing("Sum", ServerErrorPercent, Periods: 3));
        Ring("gateway-slow", "Answers take long (milliseconds).", Of("Latency"), new Ringing("p99", AnswerMillis, Periods: 5));
    }

    /// <summary>A Pipe tells no age of its stream; what it loses, the outbox hands out anew.</summary>
    private void Streams()
    {
        Ring(
            "pipe-fails", "The outbox pipe fails.",
            new Gauge("AWS/EventBridge/Pipes", "ExecutionFailed", "PipeName", OutboxPipe.PipeName(Names)),
            new Ringing("Sum", 1));
        Ring(
            "sealer-behind", "The trail waits to be sealed (milliseconds).",
            new Gauge("AWS/Lambda", "IteratorAge", "FunctionName", Names.Function(FunctionNames.Sealer)),
            new Ringing("Maximum", WaitSeconds * 1000.0, Periods: 3));
    }

    private void Table(TableSpec table)
    {
        foreach (var way in new[] { "Read", "Write" })
        {
            Ring(
                $"{table.Name}-{way.ToLowerInvariant()}-throttles", "The table refuses for being asked too fast.",
                new Gauge("AWS/DynamoDB", $"{way}ThrottleEvents", "TableName", Names.Table(table)),
                new Ringing("Sum", 1));
        }
    }

    /// <summary>
    /// Nobody of ours ends a key, so each time it is tried a person looks, within the days that KMS waits. By way of a queue:
    /// EventBridge could publish to the encrypted topic only if the key trusted that service for every account.
    /// </summary>
    private void Keys()
    {
        var ends = new DeadLetters(this, "KeyEnds", Names, $"clinic-{Names.Stage}-key-ends", "Somebody ends or disables a key.");
        var rule = new CfnRule(this, "KeyEndsRule", new CfnRuleProps
        {
            Description = "Keys that are scheduled for deletion or disabled.",
            EventPattern = new Dictionary<string, object>
            {
                ["source"] = One("aws.kms"),
                ["detail-type"] = One("AWS API Call via CloudTrail"),
                ["detail"] = new Dictionary<string, object>
                {
                    ["eventSource"] = One("kms.amazonaws.com"),
                    ["eventName"] = KeyEnds,
                },
            },
            State = "ENABLED",
            Targets = new[] { new CfnRule.TargetProperty { Id = "queue", Arn = ends.Arn } },
        });
        ends.Allow(QueuePolicies.FromRules(ends.Arn, [rule.AttrArn]));
    }

    private static string[] One(string value) => [value];

    private void Ring(string name, string description, Gauge metric, Ringing rule) =>
        Alarms.Add(this, Id(name), Names, AlarmName(name), description, metric, rule);

    private string AlarmName(string name) => $"clinic-{Names.Stage}-{name}";
}
