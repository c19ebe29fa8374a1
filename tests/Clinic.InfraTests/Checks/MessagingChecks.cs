using System.Text.Json.Nodes;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;

namespace Clinic.InfraTests.Checks;

/// <summary>Queues, their dead letters and alarms, and the way of each topic to its queue.</summary>
internal static class MessagingChecks
{
    public const string Queue = "AWS::SQS::Queue";
    public const string Rule = "AWS::Events::Rule";
    public const string Pipe = "AWS::Pipes::Pipe";
    public const string Alarm = "AWS::CloudWatch::Alarm";
    public const string MailSet = "AWS::SES::ConfigurationSet";
    public const string MailEvents = "AWS::SES::ConfigurationSetEventDestination";

    public static IReadOnlyList<string> Queues(StageTemplates stage)
    {
        var complaints = new Complaints();
        var names = stage.Stage.Names;
        foreach (var spec in CloudParts.Queues)
        {
            if (complaints.One(stage, Queue, "QueueName", names.Queue(spec)) is not { } queue) { continue; }

            complaints.Same(queue, "VisibilityTimeout", (int)spec.Visibility.TotalSeconds);
            complaints.Same(queue, "RedrivePolicy.maxReceiveCount", spec.ReceivesMax);
            complaints.Same(queue, "RedrivePolicy.deadLetterTargetArn", Arn(stage, names.DeadLetterQueue(spec)));
            _ = complaints.One(stage, Queue, "QueueName", names.DeadLetterQueue(spec));
        }

        foreach (var queue in stage.Of(Queue))
        {
            complaints.Same(queue, "SqsManagedSseEnabled", true);
            Policy(complaints, stage, queue);
            if (queue.Get("RedrivePolicy") is null) { DeadLetters(complaints, stage, queue); }
        }

        return complaints.Found;
    }

    /// <summary>Each topic of the code comes, from where it arises, to exactly one queue: the one that declares it.</summary>
    public static IReadOnlyList<string> Routes(StageTemplates stage, IEnumerable<string> topics)
    {
        var complaints = new Complaints();
        string[] known = [.. topics];
        foreach (var topic in known)
        {
            var takers = CloudParts.Queues.Where(queue => queue.Topics.Contains(topic));
            string[] expected = [.. takers.Select(stage.Stage.Names.QueueArn)];
            string[] actual = [.. stage.Of(Rule).Where(rule => Takes(rule, topic)).SelectMany(Targets)];
            complaints.Expect(expected.Length == 1, $"{topic}: declared by {expected.Length} queues");
            complaints.Expect(actual.SequenceEqual(expected), $"{topic}: goes to [{string.Join(", ", actual)}]");
        }

        foreach (var rule in stage.Of(Rule))
        {
            complaints.Same(rule, "State", "ENABLED");
            var isKnown = known.Any(topic => Takes(rule, topic));
            complaints.Expect(isKnown || IsOfKeys(rule), $"{rule.Id}: takes no topic from where it arises");
        }

        return complaints.Found;
    }

    public static IReadOnlyList<string> OutboxPipe(StageTemplates stage)
    {
        var complaints = new Complaints();
        if (stage.Of(Pipe).ToArray() is not [var pipe])
        {
            return ["there is not exactly one pipe: a stream shard bears two readers"];
        }

        const string Source = "SourceParameters.DynamoDBStreamParameters";
        complaints.Expect(
            pipe.Text("Source") == stage.Stage.Names.TableArn(CloudParts.Records) + "/stream/now",
            "the pipe does not read the stream of Records");
        complaints.Expect(
            JsonNode.DeepEquals(
                JsonNode.Parse(pipe.Text("SourceParameters.FilterCriteria.Filters.0.Pattern") ?? "null"),
                JsonNode.Parse($$$$$"""{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":["{{{{{Outbox.Sort}}}}}"]}}}}""")),
            "the pipe lets other records through than inserted outbox items");
        complaints.Same(pipe, "SourceParameters.FilterCriteria.Filters.1", null);
        complaints.Same(pipe, $"{Source}.StartingPosition", "TRIM_HORIZON");
        complaints.Same(pipe, $"{Source}.MaximumRecordAgeInSeconds", (int)Outbox.RedriveAfter.TotalSeconds);
        complaints.Same(pipe, $"{Source}.DeadLetterConfig.Arn", Arn(stage, $"clinic-{stage.Stage.Name}-outbox-pipe-dlq"));
        complaints.Same(pipe, "Target", stage.Of("AWS::Events::EventBus").Single().Get("Name") is { } bus
            ? $"arn:aws:events:ap-south-1:{stage.Stage.Account}:event-bus/{bus}"
            : null);
        complaints.Same(pipe, "TargetParameters.EventBridgeEventBusParameters", new JsonObject
        {
            ["DetailType"] = "$.dynamodb.NewImage.topic.S",
            ["Source"] = "clinic.outbox",
        });
        return complaints.Found;
    }

    /// <summary>The set that every mail names exists, hands over by TLS, and tells the default bus what was sent.</summary>
    public static IReadOnlyList<string> Mail(StageTemplates stage)
    {
        var complaints = new Complaints();
        var name = $"clinic-{stage.Stage.Name}";
        if (complaints.One(stage, MailSet, "Name", name) is { } set)
        {
            complaints.Same(set, "DeliveryOptions.TlsPolicy", "REQUIRE");
        }

        if (complaints.One(stage, MailEvents, "ConfigurationSetName", name) is { } events)
        {
            complaints.Same(events, "EventDestination.Enabled", true);
            complaints.Same(events, "EventDestination.MatchingEventTypes", new JsonArray("SEND"));
            complaints.Same(
                events, "EventDestination.EventBridgeDestination.EventBusArn",
                $"arn:aws:events:ap-south-1:{stage.Stage.Account}:event-bus/default");
        }

        return complaints.Found;
    }

    private static void DeadLetters(Complaints complaints, StageTemplates stage, Resource queue)
    {
        var name = queue.Text("QueueName")!;
        complaints.Same(queue, "MessageRetentionPeriod", 14 * 24 * 3600);
        var alarm = stage.Of(Alarm).SingleOrDefault(alarm => alarm.Text("Dimensions.0.Value") == name);
        complaints.Expect(alarm is not null, $"{name}: no alarm watches it");
        if (alarm is null) { return; }

        complaints.Same(alarm, "MetricName", "ApproximateNumberOfMessagesVisible");
        complaints.Same(alarm, "Threshold", 1);
        complaints.Same(alarm, "ComparisonOperator", "GreaterThanOrEqualToThreshold");
        complaints.Same(alarm, "AlarmActions", new JsonArray(AlarmChecks.Topic(stage)));
    }

    private static void Policy(Complaints complaints, StageTemplates stage, Resource queue)
    {
        var name = queue.Text("QueueName")!;
        if (complaints.One(stage, "AWS::SQS::QueuePolicy", "Queues.0", name) is not { } policy) { return; }

        var statements = policy.Get("PolicyDocument.Statement")!.AsArray();
        complaints.Expect(
            statements.Any(statement => statement!["Effect"]!.ToString() == "Deny"
                && statement["Action"]!.ToString() == "sqs:*"
                && statement["Condition"]?["Bool"]?["aws:SecureTransport"]?.ToString() == "false"),
            $"{name}: answers plain HTTP");

        // Whoever may send is a rule, and one that targets this queue or has its failures here.
        string[] senders = [.. statements.Where(statement => statement!["Effect"]!.ToString() == "Allow")
            .Select(statement => statement!["Condition"]?["ArnEquals"]?["aws:SourceArn"])
            .SelectMany(sources => PolicyChecks.Strings(sources).DefaultIfEmpty("*"))];
        string[] rules = [.. stage.Of(Rule).Where(rule => Targets(rule).Concat(Failures(rule)).Contains(Arn(stage, name)))
            .Select(rule => $"arn:aws:events:ap-south-1:{stage.Stage.Account}:rule/{rule.Id}")];
        complaints.Expect(senders.ToHashSet().SetEquals(rules), $"{name}: may be sent to by [{string.Join(", ", senders)}]");
    }

    private static string Arn(StageTemplates stage, string queue) => $"arn:aws:sqs:ap-south-1:{stage.Stage.Account}:{queue}";

    /// <summary>By what the rule matches and where: a topic from another source, or on another bus, is not this topic.</summary>
    private static bool Takes(Resource rule, string topic)
    {
        if (rule.Text("ScheduleExpression") is not null)
        {
            return topic == Topics.ClockTick && rule.Text("Targets.0.Input") is { } input
                && JsonNode.Parse(input)!["detail-type"]!.ToString() == topic;
        }

        var (bus, source) = topic switch
        {
            Topics.MailSent => (null, "aws.ses"),
            Topics.ClockTick => (null, "clinic.schedule"),
            _ => ($"clinic-{rule.In.Stage.Name}-outbox", "clinic.outbox"),
        };
        return rule.Text("EventBusName") == bus
            && PolicyChecks.Strings(rule.Get("EventPattern.source")).Contains(source)
            && PolicyChecks.Strings(rule.Get("EventPattern.detail-type")).Contains(topic);
    }

    /// <summary>Not a message of ours: what becomes of keys, into the queue of that name and no other.</summary>
    private static bool IsOfKeys(Resource rule) =>
        rule.Text("EventBusName") is null
        && PolicyChecks.Strings(rule.Get("EventPattern.source")).SequenceEqual(["aws.kms"])
        && Targets(rule).SequenceEqual([Arn(rule.In, $"clinic-{rule.In.Stage.Name}-key-ends")]);

    private static IEnumerable<string> Targets(Resource rule) =>
        rule.Get("Targets")!.AsArray().Select(target => target!["Arn"]!.ToString());

    private static IEnumerable<string> Failures(Resource rule) =>
        rule.Get("Targets")!.AsArray().Select(target => target!["DeadLetterConfig"]?["Arn"]?.ToString() ?? "nowhere");
}
