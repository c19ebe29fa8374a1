using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Clinic.InfraTests.Checks;
using Clinic.InfraTests.Reading;
using Clinic.Platform.Access;
using Clinic.Platform.Messaging;

namespace Clinic.InfraTests;

/// <summary>No message is lost on its way, and none goes where it does not belong.</summary>
public partial class MessagesOfTheStack
{
    /// <summary>Read from the constants, so that a new topic cannot be forgotten here.</summary>
    private static readonly string[] AllTopics =
    [
        .. typeof(Topics).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field is { IsLiteral: true, FieldType: var type } && type == typeof(string))
            .Select(field => (string)field.GetRawConstantValue()!),
    ];

    public static TheoryData<string> StageNames => [.. Synthesis.StageNames];

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "MSG-7")]
    public void Every_queue_has_dead_letters_and_an_alarm(string stage) =>
        Assert.Empty(MessagingChecks.Queues(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "MSG-7")]
    public void Every_topic_comes_to_exactly_one_queue(string stage) =>
        Assert.Empty(MessagingChecks.Routes(Synthesis.Stage(stage), AllTopics));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "MSG-7")]
    public void One_pipe_reads_the_outbox(string stage) => Assert.Empty(MessagingChecks.OutboxPipe(Synthesis.Stage(stage)));

    [Theory]
    [MemberData(nameof(StageNames))]
    [Trait("Promise", "MSG-7")]
    public void The_provider_tells_the_bus_what_it_sent(string stage) =>
        Assert.Empty(MessagingChecks.Mail(Synthesis.Stage(stage)));

    [Theory]
    [InlineData(MessagingChecks.MailSet, "DeliveryOptions", null)]
    [InlineData(MessagingChecks.MailSet, "Name", "\"other\"")]
    [InlineData(MessagingChecks.MailEvents, "EventDestination.Enabled", "false")]
    [InlineData(MessagingChecks.MailEvents, "EventDestination.MatchingEventTypes.0", "\"OPEN\"")]
    public void A_provider_that_tells_nothing_is_noticed(string type, string path, string? value) =>
        Assert.NotEmpty(MessagingChecks.Mail(Faults.Plant(type, path, value)));

    [Fact]
    public void Every_topic_is_known_here() => Assert.Contains(Topics.IncidentOpened, AllTopics);

    /// <summary>The paths of the pipe are strings; here they meet the attributes that the outbox writes.</summary>
    [Fact]
    public void A_written_outbox_item_becomes_the_event_that_consumers_read()
    {
        var item = Outbox.Write(TenantId.Parse("abcd1234"), Topics.IncidentOpened, "subject", DateTimeOffset.UnixEpoch);
        var image = new JsonObject(item.Attributes
            .Where(attribute => attribute.Value.S is not null)
            .ToDictionary(attribute => attribute.Key, JsonNode? (attribute) => new JsonObject { ["S"] = attribute.Value.S }));
        var record = new JsonObject { ["dynamodb"] = new JsonObject { ["NewImage"] = image } };

        var pipe = Synthesis.Stage("prod").Of(MessagingChecks.Pipe).Single();
        var topic = At(record, pipe.Text("TargetParameters.EventBridgeEventBusParameters.DetailType")!);
        var detail = PathInTemplate().Replace(
            pipe.Text("TargetParameters.InputTemplate")!, path => At(record, path.Groups[1].Value));

        Assert.Equal(Topics.IncidentOpened, topic);
        Assert.Equal(
            $$"""{"tenant":"abcd1234","message":"{{item.Text("id")}}"}""", JsonNode.Parse(detail)!.ToJsonString());
        Assert.True(Guid.TryParseExact(item.Text("id"), "N", out _));
    }

    [Fact]
    public void The_schedule_ticks_each_minute_with_a_whole_message()
    {
        var rule = Synthesis.Stage("prod").Of(MessagingChecks.Rule).Single(rule => rule.Text("ScheduleExpression") is not null);
        Assert.Equal("rate(1 minute)", rule.Text("ScheduleExpression"));
        Assert.Equal(
            """{"detail-type":"clock.tick","source":"clinic.schedule","detail":{}}""", rule.Text("Targets.0.Input"));
        Assert.EndsWith(":clinic-prod-retention", rule.Text("Targets.0.Arn"), StringComparison.Ordinal);
    }

    /// <summary>Who got a mail about what is not for the queue; the tags name the delivery.</summary>
    [Fact]
    public void The_provider_s_word_on_a_mail_loses_address_and_subject()
    {
        var transformer = "Targets.0.InputTransformer";
        var rule = Synthesis.Stage("prod").Of(MessagingChecks.Rule).Single(rule => rule.Get(transformer) is not null);
        var paths = rule.Get($"{transformer}.InputPathsMap")!.AsObject();
        Assert.Equal(
            ["$.id", "$.time", "$.detail.mail.messageId", "$.detail.mail.tags"],
            paths.Select(path => path.Value!.ToString()));

        var filled = rule.Text($"{transformer}.InputTemplate")!;
        foreach (var name in paths.Select(path => path.Key))
        {
            filled = filled.Replace($"<{name}>", name == "tags" ? """{"tenant":["abcd1234"]}""" : "x", StringComparison.Ordinal);
        }

        var message = JsonNode.Parse(filled)!;
        Assert.Equal(Topics.MailSent, message["detail-type"]!.ToString());
        Assert.Equal("abcd1234", message["detail"]!["mail"]!["tags"]!["tenant"]![0]!.ToString());
    }

    [Fact]
    public void A_topic_that_no_rule_takes_is_noticed() =>
        Assert.NotEmpty(MessagingChecks.Routes(Synthesis.Stage("prod"), [.. AllTopics, "patient.forgotten"]));

    [Theory]
    [InlineData("EventPattern", """{"source":["clinic.outbox"],"detail-type":[]}""")]
    [InlineData("EventPattern", """{"source":["elsewhere"],"detail-type":["clinic.signed-up","clinic.confirmed"]}""")]
    [InlineData("EventBusName", "null")]
    [InlineData("State", "\"DISABLED\"")]
    public void A_fault_in_a_rule_is_noticed(string property, string value)
    {
        var templates = Synthesis.Stage("prod");
        var rule = templates.Of(MessagingChecks.Rule).Single(rule =>
            rule.Id.StartsWith("NotificationsFromOutbox", StringComparison.Ordinal));
        rule.Properties[property] = JsonNode.Parse(value);
        Assert.NotEmpty(MessagingChecks.Routes(templates, AllTopics));
    }

    [Fact]
    public void A_topic_that_two_queues_take_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        var rule = templates.Of(MessagingChecks.Rule).Single(rule =>
            rule.Id.StartsWith("ImportsFromOutbox", StringComparison.Ordinal));
        rule.Properties["EventPattern"]!["detail-type"]!.AsArray().Add(Topics.IncidentOpened);
        Assert.NotEmpty(MessagingChecks.Routes(templates, AllTopics));
    }

    [Theory]
    [InlineData("""{"eventName":["INSERT"]}""")]
    [InlineData("""{"dynamodb":{"Keys":{"sk":{"S":["OUT"]}}}}""")]
    [InlineData("""{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"sk":{"S":["OUT"]}}}}""")]
    public void A_wider_filter_is_noticed(string pattern)
    {
        var templates = Synthesis.Stage("prod");
        var pipe = templates.Of(MessagingChecks.Pipe).Single();
        pipe.Properties["SourceParameters"]!["FilterCriteria"]!["Filters"]![0]!["Pattern"] = pattern;
        Assert.NotEmpty(MessagingChecks.OutboxPipe(templates));
    }

    [Theory]
    [InlineData(MessagingChecks.Alarm)]
    [InlineData("AWS::SQS::QueuePolicy")]
    public void A_queue_without_its_guard_is_noticed(string guard)
    {
        // Of alarms, those on dead letters: the others have checks of their own.
        var guards = Synthesis.Stage("prod").Of(guard)
            .Where(resource => guard != MessagingChecks.Alarm
                || resource.Text("MetricName") == "ApproximateNumberOfMessagesVisible");
        foreach (var id in guards.Select(resource => resource.Id))
        {
            var templates = Synthesis.Stage("prod");
            templates.Of(guard).Single(resource => resource.Id == id).Stack.Resources.Remove(id);
            Assert.NotEmpty(MessagingChecks.Queues(templates));
        }
    }

    [Fact]
    public void A_queue_that_anybody_may_send_to_is_noticed()
    {
        var templates = Synthesis.Stage("prod");
        var policy = templates.Of("AWS::SQS::QueuePolicy").First(policy =>
            policy.Properties["PolicyDocument"]!["Statement"]!.AsArray().Count == 2);
        policy.Properties["PolicyDocument"]!["Statement"]![1]!.AsObject().Remove("Condition");
        Assert.NotEmpty(MessagingChecks.Queues(templates));
    }

    [GeneratedRegex("<([^>]+)>")]
    private static partial Regex PathInTemplate();

    /// <summary>A path as the pipe reads it: from the root of the record, by names.</summary>
    private static string At(JsonNode record, string path) =>
        path.Split('.').Skip(1).Aggregate(record, (node, name) => node[name]!).ToString();
}
