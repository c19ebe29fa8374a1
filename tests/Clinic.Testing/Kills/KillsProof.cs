using System.Diagnostics;
using Clinic.Platform.Cloud;

namespace Clinic.Testing.Kills;

/// <summary>
/// SIGKILL at random points of an import, an upload and exports: nothing lost, nothing doubled, nothing readable left behind.
/// </summary>
public static class KillsProof
{
    /// <summary>How often another point is drawn when a run made fewer calls than the undisturbed one.</summary>
    private const int RedrawsMax = 5;

    /// <param name="only">Name of a work; empty takes all.</param>
    /// <param name="points">How many of each work.</param>
    /// <returns>What is to be complained of.</returns>
    public static async Task<IReadOnlyList<string>> Run(string only, int points, int seed, Action<string> say)
    {
        await using var app = await ClinicApp.StartAsync(
            asProcesses: [CloudParts.Imports, CloudParts.DocumentsQueue, CloudParts.Exports]);
        await using var export = new KilledExport(app);

        // What a capability does in a process of its own, and in steps, is one more work of this list.
        KilledWork[] works = [new KilledImport(app), new KilledUpload(app), export, new KilledArchive(app)];
        var chosen = works.Where(w => only.Length == 0 || w.Name == only).ToList();
        void Say(string line)
        {
            lock (works)
            {
                say(line);
            }
        }

        // Side by side: each has a process and clinics of its own, and mostly waits until a message comes again.
        var found = await Task.WhenAll(chosen.Select(work => Prove(app, work, points, new Random(seed), Say)));
        var findings = found.SelectMany(f => f).ToList();

        say($"{export.CutShort} answers of exports were cut short.");
        var dump = await Dump.Take(app.Cloud.StandIns);
        var words = chosen.SelectMany(w => w.Words).ToList();
        say($"{words.Count} words looked for in {dump.Length / 1_000_000} MB of tables and buckets.");
        findings.AddRange(dump.Find(words).Select(word => $"{word} can be read"));
        return findings;
    }

    /// <summary>One work: once undisturbed, then killed at each point.</summary>
    internal static async Task<IReadOnlyList<string>> Prove(
        ClinicApp app, KilledWork work, int points, Random random, Action<string> say)
    {
        var (undisturbed, counted) = await Do(app, work, null);
        var calls = counted.Calls;

        // Compared with itself, what everybody leaves behind would not be seen.
        var findings = undisturbed.Where(line => line.StartsWith(CloudParts.Incoming.Name, StringComparison.Ordinal))
            .Select(line => $"{work.Name} leaves where clients put it: {line}").ToList();
        say($"{work.Name}: {calls} calls undisturbed, {undisturbed.Count} lines to compare");
        for (var number = 1; number <= points; number++)
        {
            var prefix = $"{work.Name} {number}/{points} ";
            var finding = await Point(app, work, undisturbed, calls, random, text => say(prefix + text));
            findings.AddRange(finding is null ? [] : [$"{work.Name} {finding}"]);
        }

        return findings;
    }

    private static async Task<string?> Point(
        ClinicApp app, KilledWork work, IReadOnlyList<string> undisturbed, int calls, Random random, Action<string> say)
    {
        for (var drawn = 0; drawn < RedrawsMax; drawn++)
        {
            var (point, began) = (new KillPoint(random.Next(1, calls + 1), random.Next(2) == 1), Stopwatch.GetTimestamp());
            try
            {
                var (lines, kills) = await Do(app, work, point);
                var differ = lines.Except(undisturbed).Select(l => "beyond: " + l)
                    .Concat(undisturbed.Except(lines).Select(l => "lacks: " + l)).ToList();
                var end = differ.Count == 0 ? "as undisturbed" : string.Join("; ", differ);
                var hit = kills.Kills == 1 ? "killed" : "not reached,";
                say($"{hit} {point}: {end}, {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
                if (differ.Count > 0 || kills.Kills == 1)
                {
                    return differ.Count > 0 ? $"{point}: {end}" : null;
                }
            }
            catch (TimeoutException never)
            {
                say($"killed {point}: {never.Message}");
                return $"{point}: {never.Message}";
            }
            catch (Xunit.Sdk.XunitException other)
            {
                // What a client is not to be told; on a machine that is too busy for the product's own limits, 503 too.
                say($"killed {point}: {other.Message}");
                return $"{point}: {other.Message}";
            }
        }

        return "is never killed: it makes fewer calls than it did";
    }

    private static async Task<(IReadOnlyList<string> Lines, KillSwitch Switch)> Do(
        ClinicApp app, KilledWork work, KillPoint? point)
    {
        KillSwitch? armed = null;
        var lines = await work.Do(tenant => armed = new KillSwitch(app, work, tenant, point));
        return (lines, armed!);
    }
}
