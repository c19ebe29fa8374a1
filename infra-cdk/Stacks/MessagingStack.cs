using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.SES;
using Amazon.CDK.AWS.SQS;
using Clinic.Infra.Constructs;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>
/// From the outbox to the queues: the stream of Records, one Pipe, the bus, a rule per queue. What does not come from the
/// outbox (the schedule, the mail provider) comes over the account's default bus, the only one that AWS itself writes to.
/// </summary>
public sealed class MessagingStack : ClinicStack
{
    /// <summary>Below the days that the inbox remembers what it has done; the alarm rings long before.</summary>
    private const double KeptSeconds = 4 * 24 * 3600;

    private const string ScheduleSource = "clinic.schedule";
    private const string MailSource = "aws.ses";

    /// <summary>The whole message; the worker reads its envelope like any other's.</summary>
    private const string ClockTick =
        $$$"""{"detail-type":"{{{Topics.ClockTick}}}","source":"{{{ScheduleSource}}}","detail":{}}""";

    /// <summary>
    /// SES tells the address and the subject of the mail too; the queue needs neither. What is left has the shape of the
    /// original, so the consumer does not notice.
    /// </summary>
    private const string MailSent =
        $$$$$"""
        {"id":"<id>","time":"<time>","detail-type":"{{{{{Topics.MailSent}}}}}","source":"{{{{{MailSource}}}}}",
        "detail":{"mail":{"messageId":"<message>","tags":<tags>}}}
        """;

    private readonly CfnEventBus _bus;

    public MessagingStack(Construct scope, ClinicStage stage, KeysStack keys, DataStack data)
        : base(scope, "Messaging", stage)
    {
        _bus = new CfnEventBus(this, "Bus", new CfnEventBusProps { Name = $"clinic-{stage.Name}-outbox" });
        _ = new OutboxPipe(this, "OutboxPipe", new OutboxPipeProps(
            Names, data.StreamArn(CloudParts.Records), keys.Arn(CloudParts.DataAtRest), _bus.AttrArn));
        foreach (var spec in CloudParts.Queues) { Queue(spec); }
        Mail();
    }

    /// <summary>
    /// The set that every mail names. It puts what the provider says of a mail on the default bus, where the rule below finds
    /// it, and hands a mail over by TLS or not at all. The sender's domain is verified by hand (docs/runbooks/deploy.md).
    /// </summary>
    private void Mail()
    {
        var set = new CfnConfigurationSet(this, "MailSet", new CfnConfigurationSetProps
        {
            Name = $"clinic-{Names.Stage}",
            DeliveryOptions = new CfnConfigurationSet.DeliveryOptionsProperty { TlsPolicy = "REQUIRE" },
        });
        _ = new CfnConfigurationSetEventDestination(this, "MailEvents", new CfnConfigurationSetEventDestinationProps
        {
            ConfigurationSetName = set.Ref,
            EventDestination = new CfnConfigurationSetEventDestination.EventDestinationProperty
            {
                Name = "bus",
                Enabled = true,
                MatchingEventTypes = ["SEND"],
                EventBridgeDestination = new CfnConfigurationSetEventDestination.EventBridgeDestinationProperty
                {
                    EventBusArn = $"arn:aws:events:{CloudNames.Region}:{Names.Account}:event-bus/default",
                },
            },
        });
    }

    private void Queue(QueueSpec spec)
    {
        var scope = new Construct(this, Id(spec.Name));
        var dead = new DeadLetters(scope, "Dead", Names, Names.DeadLetterQueue(spec));

        // Keys of SQS: the messages carry ids only, and a customer-managed key would have to be opened to a service of AWS.
        var queue = new CfnQueue(scope, "Queue", new CfnQueueProps
        {
            QueueName = Names.Queue(spec),
            VisibilityTimeout = spec.Visibility.TotalSeconds,
            MessageRetentionPeriod = KeptSeconds,
            SqsManagedSseEnabled = true,
            RedrivePolicy = new Dictionary<string, object>
            {
                ["deadLetterTargetArn"] = dead.Arn,
                ["maxReceiveCount"] = spec.ReceivesMax,
            },
        });
        var rules = Rules(scope, spec, queue.AttrArn, dead.Arn).Select(rule => rule.AttrArn).ToArray();
        QueuePolicies.Attach(scope, queue, QueuePolicies.FromRules(queue.AttrArn, rules));

        // A rule whose delivery fails for a day puts the event where the alarm is.
        dead.Allow(QueuePolicies.FromRules(dead.Arn, rules));
    }

    private List<CfnRule> Rules(Construct scope, QueueSpec spec, string queueArn, string deadArn)
    {
        List<CfnRule> rules = [];
        string[] outbox = [.. spec.Topics.Where(topic => topic is not (Topics.ClockTick or Topics.MailSent))];
        if (outbox.Length > 0)
        {
            rules.Add(Rule(scope, "FromOutbox", _bus.Ref, OutboxPipe.Source, outbox, Target(queueArn, deadArn)));
        }

        if (spec.Topics.Contains(Topics.MailSent))
        {
            rules.Add(Rule(scope, "FromMail", bus: null, MailSource, [Topics.MailSent], MailTarget(queueArn, deadArn)));
        }

        if (spec.Topics.Contains(Topics.ClockTick))
        {
            rules.Add(new CfnRule(scope, "FromSchedule", new CfnRuleProps
            {
                ScheduleExpression = "rate(1 minute)",
                State = "ENABLED",
                Targets = new[] { Target(queueArn, deadArn, ClockTick) },
            }));
        }

        return rules;
    }

    private static CfnRule Rule(
        Construct scope, string id, string? bus, string source, string[] topics, CfnRule.TargetProperty target) =>
        new(scope, id, new CfnRuleProps
        {
            EventBusName = bus,
            EventPattern = new Dictionary<string, object>
            {
                ["source"] = new[] { source },
                ["detail-type"] = topics,
            },
            State = "ENABLED",
            Targets = new[] { target },
        });

    private static CfnRule.TargetProperty Target(string queueArn, string deadArn, string? input = null) => new()
    {
        Id = "queue",
        Arn = queueArn,
        Input = input,
        DeadLetterConfig = new CfnRule.DeadLetterConfigProperty { Arn = deadArn },
    };

    private static CfnRule.TargetProperty MailTarget(string queueArn, string deadArn) => new()
    {
        Id = "queue",
        Arn = queueArn,
        DeadLetterConfig = new CfnRule.DeadLetterConfigProperty { Arn = deadArn },
        InputTransformer = new CfnRule.InputTransformerProperty
        {
            InputPathsMap = new Dictionary<string, string>
            {
                ["id"] = "$.id",
                ["time"] = "$.time",
                ["message"] = "$.detail.mail.messageId",
                ["tags"] = "$.detail.mail.tags",
            },
            InputTemplate = MailSent,
        },
    };
}
