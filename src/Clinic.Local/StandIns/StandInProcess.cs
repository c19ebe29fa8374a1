namespace Clinic.Local;

/// <summary>One kind of stand-in: how it is started on a port, and the call that shows that it works.</summary>
internal sealed record StandInKind(
    string Name, Func<int, ChildCommand> Command, Func<HttpClient, CancellationToken, Task<bool>> Answers)
{
    /// <summary>Explains an early end better than the last lines do (Java too old); throws or does nothing.</summary>
    public Func<CancellationToken, Task> Diagnose { get; init; } = _ => Task.CompletedTask;
}

internal sealed class StandInProcess : IAsyncDisposable
{
    private static readonly TimeSpan ProbeEach = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    private readonly string _name;
    private readonly ChildProcess _child;
    private readonly PortLease _port;
    private volatile bool _ending;

    private StandInProcess(string name, ChildProcess child, PortLease port)
    {
        _name = name;
        _child = child;
        _port = port;
        Address = new Uri($"http://127.0.0.1:{port.Port}");
    }

    public Uri Address { get; }

    public int Pid => _child.Pid;

    public static async Task<StandInProcess> StartAsync(StandInKind kind, PortLease port, CancellationToken limit)
    {
        var child = ChildProcess.Start(kind.Command(port.Port), _ => { });
        var started = new StandInProcess(kind.Name, child, port);
        try
        {
            await started.AwaitAnswerAsync(kind, limit);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async Task<string> DeathAsync()
    {
        var exitCode = await _child.Exited;
        return _ending ? $"{_name} was stopped." : $"{_name} ended with {exitCode}: {_child.LastLines}";
    }

    public async ValueTask DisposeAsync()
    {
        _ending = true;
        await _child.DisposeAsync();
        _port.Dispose();
    }

    private async Task AwaitAnswerAsync(StandInKind kind, CancellationToken limit)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = ProbeLimit };
        while (!await AnswersAsync(kind, http, limit))
        {
            if (_child.Exited.IsCompleted)
            {
                await kind.Diagnose(limit);
                throw new StandInFailedException(await DeathAsync());
            }

            await Task.WhenAny(Task.Delay(ProbeEach, CancellationToken.None), _child.Exited);
            if (limit.IsCancellationRequested)
            {
                throw new StandInFailedException($"{_name} did not answer in time: {_child.LastLines}");
            }
        }
    }

    private static async Task<bool> AnswersAsync(StandInKind kind, HttpClient http, CancellationToken limit)
    {
        try
        {
            return await kind.Answers(http, limit);
        }
        catch (Exception notYet) when (notYet is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
