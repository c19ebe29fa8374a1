using Amazon.CDK.AWS.SQS;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Constructs;

/// <summary>A dead-letter queue and the alarm on it: what lies there waits for a person (MSG-7).</summary>
internal sealed class DeadLetters : Construct
{
    /// <summary>The longest that SQS keeps anything.</summary>
    private const double KeptSeconds = 14 * 24 * 3600;

    private readonly CfnQueue _queue;

    public DeadLetters(
        Construct scope, string id, CloudNames names, string name, string description = "Messages wait in a dead-letter queue.")
        : base(scope, id)
    {
        _queue = new CfnQueue(this, "Queue", new CfnQueueProps
        {
            QueueName = name,
            MessageRetentionPeriod = KeptSeconds,
            SqsManagedSseEnabled = true,
        });
        Alarms.Add(
            this, "Alarm", names, name, description,
            new Gauge("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", _queue.AttrQueueName),
            new Ringing("Maximum", Threshold: 1));
    }

    public string Arn => _queue.AttrArn;

    /// <summary>TLS only, and nothing else said; who may send is added where it is known.</summary>
    public void Allow(params object[] statements) => QueuePolicies.Attach(this, _queue, statements);
}
