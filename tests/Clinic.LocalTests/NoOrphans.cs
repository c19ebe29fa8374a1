using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Clinic.Local;

namespace Clinic.LocalTests;

public sealed class NoOrphans
{
    [Fact]
    public async Task Killing_the_parent_ends_every_child()
    {
        var lines = new ConcurrentQueue<string>();
        await using var parent = ChildProcess.Start(LiveFunction.Own(Roles.Parent), lines.Enqueue);
        var line = await Soon.GetAsync(
            "the parent names its children",
            () => Task.FromResult(lines.FirstOrDefault(l => l.StartsWith("children ", StringComparison.Ordinal))),
            secondsMax: 90);
        var pids = line.Split(' ').Skip(1).Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(4, pids.Count);
        Assert.All(pids, pid => Assert.True(IsAlive(pid), $"{pid} must run before the parent is killed"));

        parent.Kill();

        foreach (var pid in pids)
        {
            await Soon.HoldsAsync($"child {pid} has ended", () => !IsAlive(pid), secondsMax: 5);
        }
    }

    [Fact]
    public async Task Disposing_ends_every_child_at_once()
    {
        var standIns = await StandIns.StartAsync(new StandInOptions(), _ => { });
        var pids = standIns.Pids;
        Assert.All(pids, pid => Assert.True(IsAlive(pid)));
        var since = Stopwatch.GetTimestamp();
        await standIns.DisposeAsync();
        Assert.All(pids, pid => Assert.False(IsAlive(pid)));
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task The_watcher_of_an_ended_child_ends_too()
    {
        var none = new Dictionary<string, string>();
        var marker = $"clinic-watcher-{Environment.ProcessId}";
        await using var child = ChildProcess.Start(new ChildCommand("sh", ["-c", "exit 7", marker], "/", none), _ => { });
        Assert.Equal(7, await child.Exited);
        await Soon.HoldsAsync(
            "the watcher has ended", () => !CommandLines().Any(c => c.Contains(marker, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Credentials_of_the_developer_are_not_inherited()
    {
        Environment.SetEnvironmentVariable("AWS_CLINIC_PROBE", "secret");
        var lines = new ConcurrentQueue<string>();
        var own = new Dictionary<string, string> { ["AWS_LAMBDA_RUNTIME_API"] = "given" };
        await using var child = ChildProcess.Start(new ChildCommand("env", [], "/", own), lines.Enqueue);
        await child.Exited;
        Assert.Equal(["AWS_LAMBDA_RUNTIME_API=given"], lines.Where(l => l.StartsWith("AWS_", StringComparison.Ordinal)));
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !IsZombie(pid);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // In a container nobody may collect the dead; a zombie holds no memory, file or port.
    private static bool IsZombie(int pid)
    {
        var stat = $"/proc/{pid}/stat";
        return File.Exists(stat) && File.ReadAllText(stat).Split(')')[^1].StartsWith(" Z", StringComparison.Ordinal);
    }

    private static List<string> CommandLines()
    {
        var start = new ProcessStartInfo("ps", ["-eo", "args"]) { RedirectStandardOutput = true };
        using var ps = Process.Start(start)!;
        var lines = ps.StandardOutput.ReadToEnd();
        ps.WaitForExit();
        return [.. lines.Split('\n')];
    }
}
