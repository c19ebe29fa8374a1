using System.Text.Json.Nodes;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Checks;

/// <summary>What a person is called for, where it rings, and the page of the stage.</summary>
internal static class AlarmChecks
{
    public const string Dashboard = "AWS::CloudWatch::Dashboard";

    private const string TopicType = "AWS::SNS::Topic";

    public static string Topic(StageTemplates stage) =>
        $"arn:aws:sns:ap-south-1:{stage.Stage.Account}:clinic-{stage.Stage.Name}-alarms";

    /// <summary>Every alarm rings at the one topic, which only alarms of this account may ring and our key seals.</summary>
    public static IReadOnlyList<string> Ring(StageTemplates stage)
    {
        var complaints = new Complaints();
        foreach (var alarm in stage.Of(MessagingChecks.Alarm))
        {
            complaints.Same(alarm, "AlarmActions", new JsonArray(Topic(stage)));
            complaints.Same(alarm, "OKActions", new JsonArray(Topic(stage)));
            complaints.Same(alarm, "ActionsEnabled", null);
            complaints.Same(alarm, "TreatMissingData", "notBreaching");
        }

        var name = $"clinic-{stage.Stage.Name}-alarms";
        if (complaints.One(stage, TopicType, "TopicName", name) is not { } topic) { return complaints.Found; }

        complaints.Same(topic, "KmsMasterKeyId", new NamedArns(stage.Stage.Names).Key(CloudParts.Alarms));
        if (complaints.One(stage, "AWS::SNS::TopicPolicy", "Topics.0", Topic(stage)) is not { } policy)
        {
            return complaints.Found;
        }

        var statements = policy.Get("PolicyDocument.Statement")!.AsArray();
        complaints.Expect(
            statements.Any(statement => statement!["Effect"]!.ToString() == "Deny"
                && statement["Condition"]?["Bool"]?["aws:SecureTransport"]?.ToString() == "false"),
            "the topic answers plain HTTP");
        complaints.Expect(
            statements.Where(statement => statement!["Effect"]!.ToString() == "Allow").All(statement =>
                statement!["Principal"]?.ToJsonString() == """{"Service":"cloudwatch.amazonaws.com"}"""
                && statement["Condition"]?["StringEquals"]?["aws:SourceAccount"]?.ToString() == stage.Stage.Account),
            "others than the alarms of this account may ring");
        return complaints.Found;
    }

    /// <summary>Each part that can fail or wait has its alarm.</summary>
    public static IReadOnlyList<string> Watched(StageTemplates stage)
    {
        var complaints = new Complaints();
        foreach (var (metric, value, threshold) in Expected(stage.Stage.Names))
        {
            var alarms = stage.Of(MessagingChecks.Alarm)
                .Where(alarm => alarm.Text("MetricName") == metric && alarm.Text("Dimensions.0.Value") == value)
                .ToArray();
            complaints.Expect(alarms.Length == 1, $"{alarms.Length} alarms watch {metric} of {value}");
            if (alarms is [var alarm] && threshold is { } limit)
            {
                complaints.Expect(
                    double.Parse(alarm.Text("Threshold")!, System.Globalization.CultureInfo.InvariantCulture) <= limit,
                    $"the alarm on {metric} of {value} rings later than at {limit}");
            }
        }

        var ratio = stage.Of(MessagingChecks.Alarm).Where(alarm => alarm.Get("Metrics") is not null).ToArray();
        complaints.Expect(
            ratio is [var faults] && faults.Get("Metrics")!.ToJsonString().Contains("5XXError", StringComparison.Ordinal),
            "no alarm watches the part of failed answers");
        KeyEnds(complaints, stage);
        return complaints.Found;
    }

    /// <summary>The page shows parts that exist, by their names.</summary>
    public static IReadOnlyList<string> Page(StageTemplates stage)
    {
        var complaints = new Complaints();
        if (complaints.One(stage, Dashboard, "DashboardName", $"clinic-{stage.Stage.Name}") is not { } page)
        {
            return complaints.Found;
        }

        var names = Names(stage).ToHashSet();
        var shown = JsonNode.Parse(page.Text("DashboardBody")!)!["widgets"]!.AsArray()
            .SelectMany(widget => widget!["properties"]!["metrics"]!.AsArray())
            .Select(metric => metric![3]!.ToString())
            .ToHashSet();
        complaints.Expect(shown.IsSubsetOf(names), $"the page shows [{string.Join(", ", shown.Except(names))}]");
        complaints.Expect(
            FunctionChecks.Expected(stage.Stage.Names).All(function => shown.Contains(function.Name)),
            "the page misses a function");
        return complaints.Found;
    }

    private static IEnumerable<string> Names(StageTemplates stage) =>
        new[]
        {
            (FunctionChecks.Function, "FunctionName"), (MessagingChecks.Queue, "QueueName"), (StoreChecks.Table, "TableName"),
            (ApiChecks.Api, "Name"), (MessagingChecks.Pipe, "Name"),
        }.SelectMany(kind => stage.Of(kind.Item1).Select(resource => resource.Text(kind.Item2)!));

    private static IEnumerable<(string Metric, string Value, double? Threshold)> Expected(CloudNames names)
    {
        foreach (var function in FunctionChecks.Expected(names))
        {
            yield return ("Errors", function.Name, 1);
            yield return ("Throttles", function.Name, 1);
            yield return ("Duration", function.Name, function.TimeoutSeconds * 1000 * 0.9);
        }

        foreach (var queue in CloudParts.Queues)
        {
            yield return ("ApproximateAgeOfOldestMessage", names.Queue(queue), 3600);
            yield return ("ApproximateNumberOfMessagesVisible", names.DeadLetterQueue(queue), 1);
        }

        foreach (var table in CloudParts.Tables.Select(names.Table))
        {
            yield return ("ReadThrottleEvents", table, 1);
            yield return ("WriteThrottleEvents", table, 1);
        }

        yield return ("IteratorAge", names.Function(FunctionNames.Sealer), 15 * 60 * 1000);
        yield return ("ExecutionFailed", $"clinic-{names.Stage}-outbox", 1);
        yield return ("Latency", $"clinic-{names.Stage}", null);
    }

    private static void KeyEnds(Complaints complaints, StageTemplates stage)
    {
        var queue = $"arn:aws:sqs:ap-south-1:{stage.Stage.Account}:clinic-{stage.Stage.Name}-key-ends";
        if (complaints.One(stage, MessagingChecks.Rule, "Targets.0.Arn", queue) is not { } rule) { return; }

        var events = PolicyChecks.Strings(rule.Get("EventPattern.detail.eventName")).ToArray();
        complaints.Expect(
            events.Contains("ScheduleKeyDeletion") && events.Contains("DisableKey"), "the end of a key is not noticed");
    }
}
