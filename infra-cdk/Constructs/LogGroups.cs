using Amazon.CDK.AWS.Logs;
using Clinic.Infra.Stacks;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Constructs;

/// <summary>Log groups: made here, because one that a service makes by itself has neither an end nor our key.</summary>
internal static class LogGroups
{
    public static CfnLogGroup Add(Construct scope, string id, ClinicStage stage, KeysStack keys, string name)
    {
        var group = new CfnLogGroup(scope, id, new CfnLogGroupProps
        {
            LogGroupName = name,
            RetentionInDays = ClinicStage.LogDays,
            KmsKeyId = keys.Arn(CloudParts.Logs),
        });
        group.ApplyRemovalPolicy(stage.Removal);
        return group;
    }

    /// <summary>The group that a function's role may write to.</summary>
    public static string OfRole(CloudNames names, string role) => $"/clinic/{names.Stage}/{role}";

    public static string Arn(CloudNames names, string group) =>
        $"arn:aws:logs:{CloudNames.Region}:{names.Account}:log-group:{group}";
}
