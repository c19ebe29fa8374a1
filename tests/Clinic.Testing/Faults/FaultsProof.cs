using System.Diagnostics;

namespace Clinic.Testing.Faults;

/// <summary>The whole matrix, told line by line: every act, at each of its calls, under every fault that fits.</summary>
public static class FaultsProof
{
    public const int LanesDefault = 8;

    /// <param name="only">Parts of cells' names, with commas between them; empty takes all.</param>
    /// <returns>0 when nothing is to be complained of.</returns>
    public static async Task<int> Run(string only, int lanes, Action<string> say)
    {
        await using var app = await ClinicApp.StartAsync(budget: FaultMatrix.SmallBudget);
        var open = await FaultLanes.Open(app, lanes);
        var chosen = only.Split(',');
        var began = Stopwatch.GetTimestamp();
        var reports = await open.Run(
            StoreFaults.All, c => chosen.Any(part => c.ToString().Contains(part, StringComparison.Ordinal)),
            r => say(r.ToString()));
        var took = Stopwatch.GetElapsedTime(began);
        var bad = reports.Count(r => r.Complaints.Count > 0);
        foreach (var end in reports.GroupBy(r => (r.Cell.Fault.Service, r.Status)).OrderBy(g => g.Key))
        {
            var slowest = end.Max(r => r.Took).TotalMilliseconds;
            say($"{end.Key.Service,-9} {end.Key.Status} x {end.Count(),4}, slowest {slowest:0} ms");
        }

        var missed = reports.Count(r => !r.Struck);
        say($"{reports.Count} cells in {took.TotalSeconds:0} s; {missed} not struck; {bad} with complaints.");
        foreach (var report in reports.Where(r => r.Complaints.Count > 0))
        {
            say($"FINDING {report}");
        }

        return reports.Count > 0 && bad == 0 ? 0 : 1;
    }
}
