using System.Globalization;

namespace Clinic.Lambda;

/// <summary>
/// Keeps the heap within the function's memory. A sandbox is a small machine of its own, not a container with a limit that .NET
/// could see; without this the collector lets garbage grow until the sandbox is killed in the middle of an invocation.
/// </summary>
internal static class LambdaMemory
{
    /// <summary>
    /// Percent of the function's memory for the heap: what .NET itself takes in a container. The rest is code and stacks.
    /// </summary>
    private const ulong HeapPercent = 75;

    private const ulong BytesPerMegabyte = 1024 * 1024;

    /// <summary>Returns the limit in bytes; null when the environment names no memory size.</summary>
    public static ulong? LimitHeap(Func<string, string?> variable)
    {
        if (!ulong.TryParse(
            variable(LambdaEnvironment.MemorySize), NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes)
            || megabytes == 0)
        {
            return null;
        }

        var limit = megabytes * BytesPerMegabyte * HeapPercent / 100;
        AppContext.SetData("GCHeapHardLimit", limit);
        GC.RefreshMemoryLimit();
        return limit;
    }
}
