namespace Clinic.Platform.Cloud;

/// <summary>The functions of a stage; each has a role, a log and a limit of its own.</summary>
public static class FunctionNames
{
    public const string Api = "api";

    /// <summary>Seals the trail, fed by the stream of Audit.</summary>
    public const string Sealer = "sealer";

    /// <summary>Replays the shred ledger on restored keys; invoked by hand.</summary>
    public const string Restorer = "restorer";

    /// <summary>Decodes images and holds no right; invoked by the worker of documents (adr/0028).</summary>
    public const string Thumbnails = "thumbnails";

    /// <summary>The alias that everything calls.</summary>
    public const string Live = "live";

    public static string Worker(QueueSpec queue) => $"worker-{queue.Name}";
}
