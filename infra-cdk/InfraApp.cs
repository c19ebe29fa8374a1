using Amazon.CDK;
using Amazon.CDK.CXAPI;
using Clinic.Infra.Stacks;

namespace Clinic.Infra;

/// <summary>All stages of the system in one app, and the only way to synthesise it: the region guard looks first.</summary>
public static class InfraApp
{
    public static CloudAssembly Synth(App app, IEnumerable<ClinicStage> stages)
    {
        foreach (var stage in stages) { Add(app, stage); }
        RegionGuard.Check(app);
        return app.Synth();
    }

    /// <summary>Stacks are split by lifetime: keys outlive data, data outlives messages and roles.</summary>
    private static void Add(App app, ClinicStage stage)
    {
        var scope = new Stage(app, stage.Name);
        var keys = new KeysStack(scope, stage);
        var data = new DataStack(scope, stage, keys);
        _ = new MessagingStack(scope, stage, keys, data);
        _ = new RolesStack(scope, stage, keys);
    }
}
