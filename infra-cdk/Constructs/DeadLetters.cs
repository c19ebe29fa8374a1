using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.SQS;
using Constructs;

namespace Clinic.Infra.Constructs;

/// <summary>A dead-letter queue and the alarm on it: what lies there waits for a person (MSG-7).</summary>
internal sealed class DeadLetters : Construct
{
    /// <summary>The longest that SQS keeps anything.</summary>
    private const double KeptSeconds = 14 * 24 * 3600;

    private readonly CfnQueue _queue;

    public DeadLetters(Construct scope, string id, string name)
        : base(scope, id)
    {
        _queue = new CfnQueue(this, "Queue", new CfnQueueProps
        {
            QueueName = name,
            MessageRetentionPeriod = KeptSeconds,
            SqsManagedSseEnabled = true,
        });
        _ = new CfnAlarm(this, "Alarm", new CfnAlarmProps
        {
            AlarmName = name,
            AlarmDescription = "Messages wait in a dead-letter queue.",
            Namespace = "AWS/SQS",
            MetricName = "ApproximateNumberOfMessagesVisible",
            Dimensions = new[] { new CfnAlarm.DimensionProperty { Name = "QueueName", Value = _queue.AttrQueueName } },
            Statistic = "Maximum",
            Period = 60,
            EvaluationPeriods = 1,
            Threshold = 1,
            ComparisonOperator = "GreaterThanOrEqualToThreshold",
            TreatMissingData = "notBreaching",
        });
    }

    public string Arn => _queue.AttrArn;

    /// <summary>TLS only, and nothing else said; who may send is added where it is known.</summary>
    public void Allow(params object[] statements) => QueuePolicies.Attach(this, _queue, statements);
}
