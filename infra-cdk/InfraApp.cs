using Amazon.CDK;
using Amazon.CDK.CXAPI;
using Clinic.Infra.Stacks;

namespace Clinic.Infra;

/// <summary>All stages of the system in one app, and the only way to synthesise it: the region guard looks first.</summary>
public static class InfraApp
{
    public static CloudAssembly Synth(App app, IEnumerable<ClinicStage> stages, CodePackages packages)
    {
        foreach (var stage in stages) { Add(app, stage, packages); }
        RegionGuard.Check(app);
        return app.Synth();
    }

    /// <summary>
    /// Stacks are split by lifetime: keys outlive data, data outlives messages, roles and functions. Most know each other by
    /// name only, so the order of deployment is said here.
    /// </summary>
    private static void Add(App app, ClinicStage stage, CodePackages packages)
    {
        var scope = new Stage(app, stage.Name);
        var keys = new KeysStack(scope, stage);
        var alerts = new AlertsStack(scope, stage, keys);
        var data = new DataStack(scope, stage, keys);
        var messaging = new MessagingStack(scope, stage, keys, data);
        messaging.AddDependency(alerts);
        var roles = new RolesStack(scope, stage, keys);
        var api = new ApiStack(scope, stage, keys, packages);
        api.AddDependency(roles);
        api.AddDependency(data);
        var thumbnails = new ThumbnailsStack(scope, stage, keys, packages);
        thumbnails.AddDependency(roles);
        var workers = new WorkersStack(scope, stage, keys, data, api, packages);
        workers.AddDependency(roles);
        workers.AddDependency(messaging);
        workers.AddDependency(thumbnails);
        var watch = new WatchStack(scope, stage);
        watch.AddDependency(alerts);
    }
}
