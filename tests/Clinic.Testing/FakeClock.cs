using System.Diagnostics;

namespace Clinic.Testing;

/// <summary>Real time, shifted: it runs on, and a test moves it forward. It never goes back.</summary>
public sealed class FakeClock : TimeProvider
{
    private long shiftTicks;

    public override long TimestampFrequency => Stopwatch.Frequency;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref shiftTicks));

    public override long GetTimestamp() =>
        Stopwatch.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref shiftTicks))
            .TotalSeconds * Stopwatch.Frequency);

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref shiftTicks, by.Ticks);
    }
}
