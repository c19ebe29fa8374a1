using System.Diagnostics;
using System.Text.Json;
using Clinic.Api;
using Clinic.Platform.Cloud;

namespace Clinic.Benchmarks;

/// <summary>
/// The Api as a process of its own that tells on request what it has used: allocations are visible only from inside.
/// </summary>
internal static class Probe
{
    public const string Verb = "probe";
    public const string Ask = "usage?";
    public const string Mark = "#usage ";

    public static async Task<int> RunAsync()
    {
        await using var api = ApiHost.Build([], AwsAccess.FromEnvironment());
        await api.StartAsync();
        using var me = Process.GetCurrentProcess();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line != Ask) { continue; }
            me.Refresh();
            var usage = new Usage(GC.GetTotalAllocatedBytes(precise: true), me.TotalProcessorTime.TotalMilliseconds);
            Console.WriteLine(Mark + JsonSerializer.Serialize(usage));
        }

        return 0;
    }
}
