using Clinic.Infra.Constructs;
using Clinic.Platform.Cloud;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>
/// What decodes images that strangers sent, apart from everything that holds a key: a package of its own, with a role that may
/// write its log and nothing else. The worker of documents invokes it; nothing else is told its name.
/// </summary>
public sealed class ThumbnailsStack : ClinicStack
{
    /// <summary>Of the function's own bounds together: fetching, then decoding, and its start.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>A whole processor (Lambda developer guide, "Configure memory"), and room for 50 million pixels.</summary>
    private const int MemoryMb = 1769;

    public ThumbnailsStack(Construct scope, ClinicStage stage, KeysStack keys, CodePackages packages)
        : base(scope, "Thumbnails", stage) => _ = new ClinicFunction(
            new Construct(this, Id(FunctionNames.Thumbnails)), "Function", stage, keys, new ClinicFunctionProps(
                FunctionNames.Thumbnails, RoleNames.Thumbnails, packages.Of(this, stage, CodePackages.Thumbnails), MemoryMb,
                Timeout,

                // As many as there are workers of documents, each of which waits for one.
                stage.Capacity.Worker,
                new Dictionary<string, string>())
            {
                Description = "Makes pictures small.",
            });
}
