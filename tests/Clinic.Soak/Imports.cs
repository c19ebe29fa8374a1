using System.Diagnostics;
using System.Globalization;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing;

namespace Clinic.Soak;

/// <summary>
/// How fast the ten Synthea bundles are imported, by the published worker in a process of its own, and what that costs. Calls and
/// units do not depend on the machine; a look at how the import stands is not counted.
/// </summary>
internal static class Imports
{
    /// <summary>What is wanted of the stand-ins on a machine with nothing else to do.</summary>
    private const double RateMin = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(0, "rounds");
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.Imports);
        var rates = new List<double>();
        for (var round = 0; round <= arguments.Number("rounds", 3); round++)
        {
            var rate = await Round(app, round);

            // The first compiles the worker's code.
            rates.AddRange(round == 0 ? [] : [rate]);
        }

        var middle = rates.Order().ElementAt(rates.Count / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"median {middle:0} resources/s of {rates.Count} rounds; load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));
        return middle >= RateMin ? 0 : 1;
    }

    private static async Task<double> Round(ClinicApp app, int round)
    {
        var clinic = await app.SignUpClinic();
        using var calls = app.Gate.Record(d => d.Call.Tenant == clinic.Id && IsOfImports(d.Call));
        using var worker = Process.GetProcessById(app.Process(CloudParts.Imports).Pid);
        var (resources, seconds, cpu) = (0, 0.0, worker.TotalProcessorTime);
        foreach (var name in Bundles.Names)
        {
            var bundle = Bundles.Named(name);
            var began = Stopwatch.GetTimestamp();
            var started = await clinic.Owner.PostBytes("/v1/imports", bundle, "application/fhir+json");
            var (path, total) = (started.Headers.Location!.ToString(), 0);
            using var timer = new PeriodicTimer(Look);
            while (total == 0)
            {
                await timer.WaitForNextTickAsync();
                var report = (await clinic.Owner.Get(path)).Json;
                total = report["endedAt"] is null ? 0 : report["total"]!["kept"]!.GetValue<int>();
            }

            (resources, seconds) = (resources + total, seconds + Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        worker.Refresh();
        double Per(double all) => all / resources;
        var decisions = calls.Decisions.ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"round {round}: {resources} resources in {seconds:0.0} s, {resources / seconds:0} a second; each "
            + $"{Per(decisions.Count):0.00} calls, {Per(decisions.SelectMany(d => d.Consumed).Sum(c => c.Read)):0.00} read and "
            + $"{Per(decisions.SelectMany(d => d.Consumed).Sum(c => c.Write)):0.00} write units, "
            + $"{Per((worker.TotalProcessorTime - cpu).TotalMilliseconds):0.0} ms of the worker's CPU"));
        foreach (var kind in decisions.CountBy(d => d.Call.Operation).OrderByDescending(k => k.Value))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {kind.Key} {kind.Value}"));
        }

        return resources / seconds;
    }

    /// <summary>But for the looks: a session, the import's row, an entry of the trail.</summary>
    private static bool IsOfImports(GateCall call) => call.Operation switch
    {
        "BatchGetItem" => !call.LeadingKeys.Any(k => k.Contains("#SES#", StringComparison.Ordinal)),
        "GetItem" => !call.LeadingKeys.Any(k => k.Contains("#IMP#", StringComparison.Ordinal)),
        "PutItem" => false,
        _ => true,
    };
}
