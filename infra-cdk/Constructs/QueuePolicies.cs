using Amazon.CDK.AWS.SQS;
using Constructs;

namespace Clinic.Infra.Constructs;

/// <summary>What queues themselves allow and refuse.</summary>
internal static class QueuePolicies
{
    private const string EventBridge = "events.amazonaws.com";

    /// <summary>Every queue refuses plain HTTP, whatever else it says.</summary>
    public static void Attach(Construct scope, CfnQueue queue, params object[] statements) =>
        _ = new CfnQueuePolicy(scope, "Policy", new CfnQueuePolicyProps
        {
            Queues = [queue.Ref],
            PolicyDocument = PolicyObjects.Of([TlsOnly(queue.AttrArn), .. statements]),
        });

    /// <summary>EventBridge delivers for these rules only: the service serves every account, so the rule must be named.</summary>
    public static Dictionary<string, object> FromRules(string queueArn, IEnumerable<string> ruleArns) => new()
    {
        ["Sid"] = "FromRules",
        ["Effect"] = "Allow",
        ["Principal"] = new Dictionary<string, object> { ["Service"] = EventBridge },
        ["Action"] = "sqs:SendMessage",
        ["Resource"] = queueArn,
        ["Condition"] = new Dictionary<string, object>
        {
            ["ArnEquals"] = new Dictionary<string, object> { ["aws:SourceArn"] = ruleArns.ToArray() },
        },
    };

    private static Dictionary<string, object> TlsOnly(string queueArn) => new()
    {
        ["Sid"] = "TlsOnly",
        ["Effect"] = "Deny",
        ["Principal"] = "*",
        ["Action"] = "sqs:*",
        ["Resource"] = queueArn,
        ["Condition"] = new Dictionary<string, object>
        {
            ["Bool"] = new Dictionary<string, object> { ["aws:SecureTransport"] = "false" },
        },
    };
}
