using Amazon.CDK.AWS.Lambda;
using Clinic.Infra.Constructs;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>
/// One function for each queue, one for the trail and one for restores: the same package, each with a role, a log and a limit
/// of its own, so that what one does wrong or too much stays with it.
/// </summary>
public sealed class WorkersStack : ClinicStack
{
    /// <summary>Workers wait more than they compute; imports parse, and half a processor does.</summary>
    public const int MemoryMb = 1024;

    private readonly CodePackage _package;
    private readonly KeysStack _keys;
    private readonly Dictionary<string, string> _environment;

    public WorkersStack(
        Construct scope, ClinicStage stage, KeysStack keys, DataStack data, ApiStack api, CodePackages packages)
        : base(scope, "Workers", stage)
    {
        _keys = keys;
        _package = packages.Of(this, stage, CodePackages.Worker);
        _environment = new Dictionary<string, string>
        {
            ["CLINIC_MAIL_FROM"] = stage.Mail.From,
            ["CLINIC_PUBLIC_URL"] = api.PublicUrl,
        };
        if (stage.ScansUploads) { _environment["CLINIC_MALWARE_SCAN"] = "on"; }
        foreach (var queue in CloudParts.Queues) { Worker(queue); }
        Sealer(data.StreamArn(CloudParts.Audit));
        Restorer();
    }

    private void Worker(QueueSpec queue)
    {
        var scope = new Construct(this, Id(queue.Name));
        var function = Function(
            scope, FunctionNames.Worker(queue), RoleNames.Worker(queue.Name), queue.Timeout, $"Works on the queue {queue.Name}.",
            new Dictionary<string, string>(_environment) { ["QUEUE"] = queue.Name });
        _ = new CfnEventSourceMapping(scope, "Source", new CfnEventSourceMappingProps
        {
            EventSourceArn = Names.QueueArn(queue),
            FunctionName = function.Alias.Ref,
            BatchSize = queue.BatchSize,

            // Without it one failed message would bring back its neighbours that are done.
            FunctionResponseTypes = ["ReportBatchItemFailures"],

            // As many as may run. Pollers above that would be throttled, and each throttle counts as a receive of the message.
            ScalingConfig = new CfnEventSourceMapping.ScalingConfigProperty { MaximumConcurrency = Settings.Capacity.Worker },
        });
    }

    /// <summary>
    /// The order of a shard is the order of the trail, so one batch of a shard at a time. What cannot be sealed is cut out by
    /// halves and reported, and the rest goes on: a gap is visible in the chain, a trail that stands still is lost after a day.
    /// </summary>
    private void Sealer(string streamArn)
    {
        var scope = new Construct(this, Id(FunctionNames.Sealer));
        var function = Function(
            scope, FunctionNames.Sealer, RoleNames.Sealer, TimeSpan.FromMinutes(1), "Seals the trail.",
            new Dictionary<string, string> { ["FUNCTION"] = FunctionNames.Sealer });
        var dead = new DeadLetters(
            scope, "Dead", Names, Names.FailureQueue(FunctionNames.Sealer), "Entries of the trail could not be sealed.");
        dead.Allow();
        _ = new CfnEventSourceMapping(scope, "Source", new CfnEventSourceMappingProps
        {
            EventSourceArn = streamArn,
            FunctionName = function.Alias.Ref,

            // LATEST would skip what is written while the mapping is being made.
            StartingPosition = "TRIM_HORIZON",
            BatchSize = 100,
            MaximumBatchingWindowInSeconds = 5,
            ParallelizationFactor = 1,
            BisectBatchOnFunctionError = true,
            MaximumRetryAttempts = 20,
            FunctionResponseTypes = ["ReportBatchItemFailures"],
            DestinationConfig = new CfnEventSourceMapping.DestinationConfigProperty
            {
                OnFailure = new CfnEventSourceMapping.OnFailureProperty { Destination = dead.Arn },
            },
        });
    }

    /// <summary>Nothing invokes it but an operator after a restore (docs/runbooks/restore.md).</summary>
    private void Restorer()
    {
        var scope = new Construct(this, Id(FunctionNames.Restorer));
        Function(
            scope, FunctionNames.Restorer, RoleNames.Restorer, TimeSpan.FromMinutes(15),
            "Destroys again, in restored keys, what was destroyed.",
            new Dictionary<string, string> { ["FUNCTION"] = FunctionNames.Restorer });
    }

    private ClinicFunction Function(
        Construct scope, string name, string role, TimeSpan timeout, string description,
        Dictionary<string, string> environment) =>
        new(scope, "Function", Settings, _keys, new ClinicFunctionProps(
            name, role, _package, MemoryMb, timeout, Settings.Capacity.Worker, environment) { Description = description });
}
