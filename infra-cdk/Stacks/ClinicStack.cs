using Amazon.CDK;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>A stack of one stage in Mumbai.</summary>
public abstract class ClinicStack : Stack
{
    private protected ClinicStack(Construct scope, string id, ClinicStage stage)
        : base(scope, id, new StackProps
        {
            StackName = $"clinic-{stage.Name}-{id.ToLowerInvariant()}",
            Env = new Amazon.CDK.Environment { Account = stage.Account, Region = CloudNames.Region },
            TerminationProtection = stage.TerminationProtection,
            Tags = new Dictionary<string, string> { ["clinic:stage"] = stage.Name },
        })
    {
        Settings = stage;
        Names = stage.Names;
    }

    private protected ClinicStage Settings { get; }

    private protected CloudNames Names { get; }

    /// <summary>Logical ids from the names of the parts: an id that changes replaces what it names, with all its data.</summary>
    private protected static string Id(string name) =>
        string.Concat(name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
