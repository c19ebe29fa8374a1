using System.Globalization;
using Clinic.Platform.Messaging;

namespace Clinic.Local;

/// <summary>
/// The minute schedule: puts a clock tick on the bus each period. The period and the clock are the test's to choose.
/// </summary>
public sealed class SchedulePump : IAsyncDisposable
{
    /// <summary>As the deployed schedule.</summary>
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly LocalBus _bus;
    private readonly TimeProvider _clock;
    private readonly Action<string> _trouble;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public SchedulePump(LocalBus bus, TimeSpan period, TimeProvider clock, Action<string> trouble)
    {
        _bus = bus;
        _clock = clock;
        _trouble = trouble;
        // Made here, so that a test which moves its clock right after construction is not missed.
        _running = RunAsync(new PeriodicTimer(period, clock));
    }

    /// <summary>One tick now, beside the schedule.</summary>
    public Task TickAsync(CancellationToken ct = default)
    {
        var now = _clock.GetUtcNow();
        var id = string.Create(CultureInfo.InvariantCulture, $"tick-{now.ToUnixTimeMilliseconds()}");
        return _bus.PublishAsync([new BusEvent(id, Topics.ClockTick, "clinic.schedule", now, "{}"u8.ToArray())], ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(PeriodicTimer timer)
    {
        using (timer)
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    await TickAsync(_stop.Token);
                }
                catch (Exception failure) when (Transient.Is(failure, _stop))
                {
                    _trouble($"Schedule pump: {failure.Message} The next tick follows.");
                }
            }
        }
    }
}
