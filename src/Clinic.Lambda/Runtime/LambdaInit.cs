namespace Clinic.Lambda;

/// <summary>What a function does before its first event.</summary>
public static class LambdaInit
{
    /// <summary>
    /// Runs all of a process's start. On Lambda the heap is limited first, and whatever the start throws is reported as the
    /// function's init error before it ends the process; elsewhere this only runs it.
    /// </summary>
    /// <exception cref="Exception">What the start threw: let it end the process with an exit code other than zero.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> start)
    {
        if (!LambdaEnvironment.IsLambda)
        {
            return await start();
        }

        var starting = Task.Run(() =>
        {
            LambdaMemory.LimitHeap(Environment.GetEnvironmentVariable);
            return start();
        });
        await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!starting.IsCompletedSuccessfully)
        {
            await LambdaLoop.ReportInitErrorAsync(starting.Exception?.InnerException ?? new TaskCanceledException(starting));
        }

        return await starting;
    }
}
