using System.Diagnostics;

namespace Clinic.Local;

/// <summary>
/// One function as a process of its own: started from an executable, started again when it ends by itself (slower each time it
/// ends soon), and told to its Runtime API when it is gone. Like every child here it cannot outlive this process.
/// </summary>
public sealed class FunctionProcess : IAsyncDisposable
{
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(5);

    /// <summary>A process that lived this long did not fail to start.</summary>
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly ChildCommand _command;
    private readonly RuntimeApi? _api;
    private readonly Action<string> _line;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile ChildProcess _child;
    private int _restarts;

    /// <param name="name">Goes before each line of output.</param>
    /// <param name="api">
    /// Null for a process that speaks HTTP itself; else the process gets AWS_LAMBDA_RUNTIME_API and is killed on timeout.
    /// </param>
    /// <param name="line">Gets each line of output, and a line for each restart.</param>
    public FunctionProcess(string name, ChildCommand command, RuntimeApi? api, Action<string> line)
    {
        _name = name;
        _api = api;
        _line = line;
        _command = api is null ? command : command with
        {
            Environment = new Dictionary<string, string>(command.Environment) { ["AWS_LAMBDA_RUNTIME_API"] = api.Authority },
        };
        if (api is not null)
        {
            api.TimedOut = Kill;
        }

        _child = Start();
        _running = Task.Run(KeepRunningAsync);
    }

    /// <summary>Of the current process; changes with each restart.</summary>
    public int Pid => _child.Pid;

    public int Restarts => Volatile.Read(ref _restarts);

    /// <summary>SIGKILL to the current process; another one follows.</summary>
    public void Kill() => _child.Kill();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _child.Kill();
        await _running;
        await _child.DisposeAsync();
    }

    private ChildProcess Start() => ChildProcess.Start(_command, text => _line($"{_name}: {text}"));

    private async Task KeepRunningAsync()
    {
        var backoff = BackoffMin;
        while (true)
        {
            var since = Stopwatch.GetTimestamp();
            var exitCode = await _child.Exited;
            _api?.FunctionExited();
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            backoff = Stopwatch.GetElapsedTime(since) > Healthy ? BackoffMin : backoff;
            _line($"{_name}: ended with {exitCode}, starting again.");
            await Task.Delay(backoff, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            backoff = backoff * 2 > BackoffMax ? BackoffMax : backoff * 2;
            var ended = _child;
            _child = Start();
            if (_stop.IsCancellationRequested)
            {
                // DisposeAsync may have killed only the one before.
                _child.Kill();
            }

            await ended.DisposeAsync();
            Interlocked.Increment(ref _restarts);
        }
    }
}
