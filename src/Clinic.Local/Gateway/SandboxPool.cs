using System.Collections.Concurrent;

namespace Clinic.Local;

/// <summary>
/// The sandboxes of one function, as Lambda scales them: a call goes to the idle one that was used last, and starts another when
/// all are busy. Above the limit a call waits, where Lambda would throttle: a test of many calls is not a test of quotas.
/// </summary>
internal sealed class SandboxPool(Func<CancellationToken, Task<ISandbox>> start, int sandboxesMax) : IAsyncDisposable
{
    private readonly SemaphoreSlim _free = new(sandboxesMax);
    private readonly ConcurrentStack<ISandbox> _idle = new();
    private readonly ConcurrentBag<ISandbox> _all = [];

    /// <summary>Starts a sandbox before anybody calls.</summary>
    public async Task WarmAsync(CancellationToken ct)
    {
        var sandbox = await start(ct);
        _all.Add(sandbox);
        _idle.Push(sandbox);
    }

    /// <summary>A sandbox belongs to its invocation until that ends, also when nobody waits for the answer any more.</summary>
    public async Task<ReadOnlyMemory<byte>> InvokeAsync(ReadOnlyMemory<byte> payload)
    {
        await _free.WaitAsync();
        try
        {
            if (!_idle.TryPop(out var sandbox))
            {
                sandbox = await start(CancellationToken.None);
                _all.Add(sandbox);
            }

            try
            {
                return await sandbox.InvokeAsync(payload);
            }
            finally
            {
                _idle.Push(sandbox);
            }
        }
        finally
        {
            _free.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_all.Select(s => s.DisposeAsync().AsTask()));
        _free.Dispose();
    }
}
