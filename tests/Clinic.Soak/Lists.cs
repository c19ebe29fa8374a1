using System.Diagnostics;
using System.Globalization;
using Clinic.Platform.Cloud;
using Clinic.Testing;

namespace Clinic.Soak;

/// <summary>A list of patients tried and registered: calls a row through the gate, and rows a second.</summary>
internal static class Lists
{
    /// <summary>Of a list that is registered, on a quiet machine.</summary>
    private const double RowsPerSecondMin = 100;

    public static async Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(0, "rows");
        var rows = arguments.Number("rows", 1_000);
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.Imports);
        var clinic = await app.SignUpClinic();

        // The first list is not counted: it pays for what a process loads once.
        await clinic.Owner.ApplySheet(await clinic.Owner.TrySheet(PatientLists.Of(20, "W")));
        using var calls = app.Gate.Record(d => d.Call.LeadingKeys.Any(
            k => k.StartsWith($"T#{clinic.Id}#", StringComparison.Ordinal)));
        var watch = Stopwatch.StartNew();
        var tried = await clinic.Owner.TrySheet(PatientLists.Of(rows));
        var triedIn = watch.Elapsed;
        Report("tried", rows, triedIn, default, calls.Decisions.Select(d => d.Call.Operation).ToList());
        var before = calls.Decisions.Count;
        var cpu = Cpu();
        watch.Restart();
        var applied = await clinic.Owner.ApplySheet(tried, "register");
        var took = watch.Elapsed;
        Report("registered", rows, took, Cpu() - cpu, calls.Decisions.Skip(before).Select(d => d.Call.Operation).ToList());
        Xunit.Assert.Equal(rows, (int)applied["counts"]!["registered"]!);
        return rows / took.TotalSeconds >= RowsPerSecondMin ? 0 : 1;
    }

    /// <summary>Of this process with everything that it started, stand-ins too: what a busy machine does not lengthen.</summary>
    private static TimeSpan Cpu() => Of(Environment.ProcessId);

    private static TimeSpan Of(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            var children = Directory.EnumerateDirectories($"/proc/{pid}/task")
                .SelectMany(t => File.ReadAllText(Path.Combine(t, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return children.Aggregate(
                process.TotalProcessorTime, (sum, child) => sum + Of(int.Parse(child, CultureInfo.InvariantCulture)));
        }
        catch (SystemException)
        {
            return TimeSpan.Zero;
        }
    }

    private static void Report(string what, int rows, TimeSpan took, TimeSpan cpu, List<string> operations)
    {
        var kinds = string.Join(
            ", ", operations.CountBy(o => o).OrderByDescending(o => o.Value).Select(o => $"{o.Value} {o.Key}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows} rows {what}: {took.TotalSeconds:0.0} s, {rows / took.TotalSeconds:0} rows/s, "
            + $"{cpu.TotalMilliseconds / rows:0.0} ms of a core a row over all processes, "
            + $"{operations.Count / (double)rows:0.00} calls a row ({kinds})"));
    }
}
