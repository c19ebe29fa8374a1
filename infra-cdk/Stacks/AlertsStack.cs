using Amazon.CDK;
using Amazon.CDK.AWS.SNS;
using Clinic.Infra.Constructs;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>The one place where every alarm of the stage rings. It stands before all that rings.</summary>
public sealed class AlertsStack : ClinicStack
{
    public AlertsStack(Construct scope, ClinicStage stage, KeysStack keys)
        : base(scope, "Alerts", stage)
    {
        var topic = new CfnTopic(this, "Alarms", new CfnTopicProps
        {
            TopicName = Alarms.TopicName(Names),
            DisplayName = $"Clinic {stage.Name}",
            KmsMasterKeyId = keys.Arn(CloudParts.Alarms),
        });
        _ = new CfnTopicPolicy(this, "AlarmsPolicy", new CfnTopicPolicyProps
        {
            Topics = [topic.Ref],
            PolicyDocument = PolicyObjects.Of(TlsOnly(topic.Ref), FromAlarms(topic.Ref)),
        });
        if (stage.Mail.Alarms is { } address)
        {
            _ = new CfnSubscription(this, "AlarmsByMail", new CfnSubscriptionProps
            {
                TopicArn = topic.Ref,
                Protocol = "email",
                Endpoint = address,
            });
        }
        else
        {
            Annotations.Of(this).AddWarningV2(
                "clinic:alarms",
                $"Nobody gets the alarms of {stage.Name}: set CLINIC_ALARM_MAIL_{stage.Name.ToUpperInvariant()}.");
        }
    }

    private static Dictionary<string, object> TlsOnly(string topic) => new()
    {
        ["Sid"] = "TlsOnly",
        ["Effect"] = "Deny",
        ["Principal"] = "*",
        ["Action"] = "sns:Publish",
        ["Resource"] = topic,
        ["Condition"] = new Dictionary<string, object>
        {
            ["Bool"] = new Dictionary<string, object> { ["aws:SecureTransport"] = "false" },
        },
    };

    private Dictionary<string, object> FromAlarms(string topic) => new()
    {
        ["Sid"] = "FromAlarms",
        ["Effect"] = "Allow",
        ["Principal"] = new Dictionary<string, object> { ["Service"] = "cloudwatch.amazonaws.com" },
        ["Action"] = "sns:Publish",
        ["Resource"] = topic,
        ["Condition"] = new Dictionary<string, object>
        {
            ["StringEquals"] = new Dictionary<string, object> { ["aws:SourceAccount"] = Names.Account },
        },
    };
}
