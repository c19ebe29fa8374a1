using System.Diagnostics;

namespace Clinic.Testing;

/// <summary>
/// Waits for what another process does: asks again until it holds, and says what was missing when it never does.
/// </summary>
public static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    public static async Task<T> Holds<T>(Func<Task<T?>> ask, string what)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await ask() is { } found)
            {
                return found;
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"After {Patience.TotalSeconds:0} s there was still no {what}.");
            }

            using var timer = new PeriodicTimer(Pause);
            await timer.WaitForNextTickAsync();
        }
    }

    public static Task Holds(Func<Task<bool>> ask, string what) =>
        Holds<object>(async () => await ask() ? new object() : null, what);
}
