using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Pipes;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Constructs;

internal sealed record OutboxPipeProps(CloudNames Names, string StreamArn, string TableKeyArn, string BusArn);

/// <summary>
/// The one reader of the Records stream that makes events of outbox items. A stream shard bears two readers, so the bus, not
/// the stream, is where queues multiply.
/// </summary>
internal sealed class OutboxPipe : Construct
{
    internal const string Source = "clinic.outbox";

    /// <summary>As the outbox spells its items; a test compares the two.</summary>
    internal const string OutboxSort = "OUT";

    /// <summary>
    /// Events are named by what happened, which only the item knows. A Pipe takes a path in place of a value in every string
    /// of its target's parameters but a listed few, and DetailType is not among those (EventBridge user guide, "Pipes
    /// targets", dynamic path parameters; the CDK's own integration test of an event-bus target does the same). The path
    /// reads the record as it comes from the stream, not what the template below makes of it.
    /// </summary>
    internal const string DetailType = "$.dynamodb.NewImage.topic.S";

    /// <summary>Ids only: the consumer re-reads the item. Paths to strings stand in quotes, as the guide asks.</summary>
    internal const string Detail =
        """{"tenant":"<$.dynamodb.NewImage.tenant.S>","message":"<$.dynamodb.NewImage.id.S>"}""";

    /// <summary>What is not done in a quarter of an hour is inserted anew, so an older record need not block its shard.</summary>
    internal const double RecordAgeMaxSeconds = 15 * 60;

    public OutboxPipe(Construct scope, string id, OutboxPipeProps props)
        : base(scope, id)
    {
        var dead = new DeadLetters(this, "Dead", props.Names, $"clinic-{props.Names.Stage}-outbox-pipe-dlq");
        dead.Allow();
        var role = Role(props, dead.Arn);
        _ = new CfnPipe(this, "Pipe", new CfnPipeProps
        {
            Name = PipeName(props.Names),
            RoleArn = role.AttrArn,
            Source = props.StreamArn,
            SourceParameters = new CfnPipe.PipeSourceParametersProperty
            {
                FilterCriteria = new CfnPipe.FilterCriteriaProperty
                {
                    Filters = new[] { new CfnPipe.FilterProperty { Pattern = Filter } },
                },
                DynamoDbStreamParameters = new CfnPipe.PipeSourceDynamoDBStreamParametersProperty
                {
                    // LATEST would skip what is written while the pipe is being made.
                    StartingPosition = "TRIM_HORIZON",
                    BatchSize = 10,
                    MaximumRecordAgeInSeconds = RecordAgeMaxSeconds,
                    OnPartialBatchItemFailure = "AUTOMATIC_BISECT",
                    DeadLetterConfig = new CfnPipe.DeadLetterConfigProperty { Arn = dead.Arn },
                },
            },
            Target = props.BusArn,
            TargetParameters = new CfnPipe.PipeTargetParametersProperty
            {
                EventBridgeEventBusParameters = new CfnPipe.PipeTargetEventBridgeEventBusParametersProperty
                {
                    Source = Source,
                    DetailType = DetailType,
                },
                InputTemplate = Detail,
            },
        });
    }

    /// <summary>An update of an outbox item (its mark) and a TTL removal are no message.</summary>
    internal const string Filter =
        $$$$$"""{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":["{{{{{OutboxSort}}}}}"]}}}}""";

    internal static string PipeName(CloudNames names) => $"clinic-{names.Stage}-outbox";

    private CfnRole Role(OutboxPipeProps props, string deadArn) => new(this, "Role", new CfnRoleProps
    {
        RoleName = props.Names.RoleName("OutboxPipe"),
        AssumeRolePolicyDocument = PolicyObjects.Of(new Dictionary<string, object>
        {
            ["Sid"] = "ThisPipe",
            ["Effect"] = "Allow",
            ["Principal"] = new Dictionary<string, object> { ["Service"] = "pipes.amazonaws.com" },
            ["Action"] = "sts:AssumeRole",
            ["Condition"] = Equal(
                ("aws:SourceAccount", props.Names.Account),
                ("aws:SourceArn", $"arn:aws:pipes:{CloudNames.Region}:{props.Names.Account}:pipe/{PipeName(props.Names)}")),
        }),
        Policies = new[]
        {
            new CfnRole.PolicyProperty
            {
                PolicyName = "identity",
                PolicyDocument = PolicyObjects.Of(
                    Allow(
                        "ReadStream",
                        props.StreamArn,
                        "dynamodb:DescribeStream",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                        "dynamodb:ListStreams"),
                    With(
                        Allow("DataAtRest", props.TableKeyArn, "kms:Decrypt"),
                        Equal(("kms:ViaService", $"dynamodb.{CloudNames.Region}.amazonaws.com"))),
                    With(Allow("Publish", props.BusArn, "events:PutEvents"), SourceOnly),
                    Allow("GiveUp", deadArn, "sqs:SendMessage")),
            },
        },
    });

    /// <summary>
    /// One call puts several events, so IAM sees a list of sources (EventBridge user guide, "Using IAM policy conditions"):
    /// every one must be ours, and there must be one.
    /// </summary>
    private static Dictionary<string, object> SourceOnly => new()
    {
        ["ForAllValues:StringEquals"] = new Dictionary<string, object> { ["events:source"] = Source },
        ["Null"] = new Dictionary<string, object> { ["events:source"] = "false" },
    };

    private static Dictionary<string, object> Allow(string sid, string resource, params string[] actions) => new()
    {
        ["Sid"] = sid,
        ["Effect"] = "Allow",
        ["Action"] = actions,
        ["Resource"] = resource,
    };

    private static Dictionary<string, object> With(Dictionary<string, object> statement, Dictionary<string, object> condition)
    {
        statement["Condition"] = condition;
        return statement;
    }

    private static Dictionary<string, object> Equal(params (string Key, string Value)[] pairs) => new()
    {
        ["StringEquals"] = pairs.ToDictionary(pair => pair.Key, object (pair) => pair.Value),
    };
}
