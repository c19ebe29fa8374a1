namespace Clinic.Local;

/// <summary>One execution environment of a function; it serves one invocation at a time.</summary>
public interface ISandbox : IAsyncDisposable
{
    /// <exception cref="FunctionFailedException">The function failed, died or took too long.</exception>
    Task<ReadOnlyMemory<byte>> InvokeAsync(ReadOnlyMemory<byte> payload);
}

/// <summary>A function in a process of its own, started again when it dies.</summary>
public sealed class ProcessSandbox : ISandbox
{
    private readonly RuntimeApi _runtime;
    private readonly FunctionProcess _process;

    private ProcessSandbox(RuntimeApi runtime, FunctionProcess process)
    {
        _runtime = runtime;
        _process = process;
    }

    /// <summary>Returns when the process has asked for its first event.</summary>
    public static async Task<ISandbox> StartAsync(
        string name, ChildCommand command, FunctionLimits limits, Action<string> line, CancellationToken ct)
    {
        var runtime = await RuntimeApi.StartAsync($"arn:aws:lambda:local:{name}", limits, TimeProvider.System, ct);
        var sandbox = new ProcessSandbox(runtime, new FunctionProcess(name, command, runtime, line));
        var ready = runtime.Ready.WaitAsync(limits.Init, ct);
        await ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ready.IsCompletedSuccessfully)
        {
            return sandbox;
        }

        await sandbox.DisposeAsync();
        throw new FunctionFailedException("Init.Timeout");
    }

    /// <summary>Of the current process; changes with each restart.</summary>
    public int Pid => _process.Pid;

    /// <summary>SIGKILL; another process follows.</summary>
    public void Kill() => _process.Kill();

    public Task<ReadOnlyMemory<byte>> InvokeAsync(ReadOnlyMemory<byte> payload) => _runtime.InvokeAsync(payload);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _runtime.DisposeAsync();
    }
}
