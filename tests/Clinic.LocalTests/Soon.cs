using System.Diagnostics;

namespace Clinic.LocalTests;

/// <summary>
/// Waiting for something that another process does: asks again until it holds, and fails with a name when it does not.
/// </summary>
internal static class Soon
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> ask, int secondsMax = 20)
        where T : class
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await ask() is { } found)
            {
                return found;
            }

            Assert.True(Stopwatch.GetElapsedTime(since).TotalSeconds < secondsMax, $"Not within {secondsMax} s: {what}");
            using var pause = new PeriodicTimer(Pause);
            await pause.WaitForNextTickAsync();
        }
    }

    public static Task HoldsAsync(string what, Func<Task<bool>> ask, int secondsMax = 20) =>
        GetAsync(what, async () => await ask() ? what : null, secondsMax);

    public static Task HoldsAsync(string what, Func<bool> ask, int secondsMax = 20) =>
        HoldsAsync(what, () => Task.FromResult(ask()), secondsMax);
}
