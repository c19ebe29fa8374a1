using System.Diagnostics;
using Clinic.Testing;
using Clinic.Testing.Hostile;
using Clinic.Testing.Sweeps;

namespace Clinic.Soak;

/// <summary>Every route, all its bends, and what they left behind.</summary>
internal static class Hostile
{
    public static async Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(0, "n", "seed", "route");
        var least = arguments.Number("n", HostileCatalogue.BendsMin);
        var options = new HostileOptions(arguments.Number("seed", 1), s => HostileCatalogue.All(s, least));
        var only = arguments.Text("route", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        Console.WriteLine($"Starting the product; seed {options.Seed}, at least {least} requests to each route.");
        var started = Stopwatch.GetTimestamp();
        await using var app = await ClinicApp.StartAsync();
        var target = new SweepTarget(app, app.Url, Route.Of(app.ApiServices), SampleShelf.OfRepository());
        var sweep = new HostileSweep(target, await ApiDocument.Of(app.Url), options);
        var reports = new List<RouteReport>();
        foreach (var route in target.Sampled.Select(s => s.Route).Where(r => only.Length == 0 || only.Contains(r.Name)))
        {
            reports.AddRange(await sweep.Run([route]));
            Console.WriteLine(reports[^1]);
        }

        Print(reports, Stopwatch.GetElapsedTime(started));
        return reports.Count > 0 && reports.TrueForAll(r => r.Findings.Count == 0 && r.Requests >= least) ? 0 : 1;
    }

    private static void Print(List<RouteReport> reports, TimeSpan took)
    {
        Console.WriteLine();
        foreach (var finding in reports.SelectMany(r => r.Findings))
        {
            Console.WriteLine("FINDING " + finding);
        }

        Console.WriteLine("\nBy the server, before the product saw it:");
        foreach (var refused in reports.SelectMany(r => r.ByServer).Distinct().Order(StringComparer.Ordinal))
        {
            Console.WriteLine("  " + refused);
        }

        Console.WriteLine("\nRequests by kind:");
        foreach (var kind in reports.SelectMany(r => r.Kinds).GroupBy(k => k.Key).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"  {kind.Key,-20} {kind.Sum(k => k.Value),6} on {kind.Count()} routes");
        }

        var statuses = reports.SelectMany(r => r.Statuses).GroupBy(s => s.Key).OrderBy(g => g.Key)
            .Select(g => $"{g.Key}x{g.Sum(s => s.Value)}");
        Console.WriteLine($"\n{reports.Count} routes, {reports.Sum(r => r.Requests)} requests, {string.Join(' ', statuses)}");
        var worst = reports.MaxBy(r => r.Worst);
        Console.WriteLine($"Longest answer {worst?.Worst.TotalMilliseconds:0} ms ({worst?.Route}, {worst?.WorstBend}); "
            + $"{reports.Sum(r => r.Findings.Count)} findings; {took.TotalSeconds:0} s.");
    }
}
