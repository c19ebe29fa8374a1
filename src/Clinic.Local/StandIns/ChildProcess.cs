using System.Diagnostics;

namespace Clinic.Local;

/// <summary>
/// What to run. <c>AWS_*</c> variables of the caller are never inherited, so a child cannot reach a real account.
/// </summary>
public sealed record ChildCommand(
    string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// A child process that cannot outlive this one, not even when this one is killed by SIGKILL. A small shell holds the read end
/// of a pipe whose write end only this process has: when the pipe closes without a word, it kills the child.
/// Works on Linux and macOS; Linux's parent-death signal would not do, because it fires when the starting thread ends.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 20;

    // The child replaces the shell (exec), so Pid is the child's own. The watcher gives up the child's output, or readers of it
    // would wait for the watcher too, and it ignores Ctrl-C, which a terminal sends to the whole group.
    private const string Leash =
        "exec 3<&0 </dev/null; " +
        "( trap '' HUP INT TERM; exec >/dev/null 2>&1; read -r word <&3; [ \"$word\" = done ] || kill -9 $$ ) & " +
        "exec \"$@\" 3<&-";

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();
    private readonly Action<string> _line;

    private ChildProcess(Process process, Action<string> line)
    {
        _process = process;
        _line = line;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Pid = process.Id;
        Exited = AwaitExitAsync();
    }

    public int Pid { get; }

    /// <summary>Ends when the process has ended, with its exit code (128 + signal when a signal ended it).</summary>
    public Task<int> Exited { get; }

    /// <summary>The last lines of both outputs, for the message of an error.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return string.Join(Environment.NewLine, _lastLines);
            }
        }
    }

    /// <param name="line">Gets each line of stdout and stderr, on a thread of the pool.</param>
    public static ChildProcess Start(ChildCommand command, Action<string> line)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["-c", Leash, "leash", command.FileName, .. command.Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start.");
        return new ChildProcess(process, line);
    }

    /// <summary>
    /// SIGKILL, at once. Everything started here keeps its data by writing through, so there is nothing to say goodbye to.
    /// </summary>
    public void Kill()
    {
        if (!Exited.IsCompleted)
        {
            _process.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Exited;
        _process.Dispose();
    }

    private async Task<int> AwaitExitAsync()
    {
        await _process.WaitForExitAsync();
        ReleaseWatcher();
        return _process.ExitCode;
    }

    // The watcher must hear that the child is gone, or it would later kill whoever got the same process id.
    private void ReleaseWatcher()
    {
        try
        {
            _process.StandardInput.Write("done\n");
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The watcher was killed from outside: nobody is left to tell.
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }
        }

        _line(line);
    }
}
