namespace Clinic.Lambda;

/// <summary>
/// Serves events of one function, one after another, until it is told to stop. Every event gets exactly one answer, and a bug is
/// always reported as one: an empty answer to an SQS batch would mean that all its messages are done.
/// </summary>
public static class LambdaLoop
{
    /// <summary>How long before the deadline the handler's token is cancelled: time to stop, and to report it.</summary>
    public static readonly TimeSpan StopBefore = TimeSpan.FromMilliseconds(300);

    /// <param name="stop">Ends the wait for the next event; a running handler is left to finish.</param>
    /// <exception cref="RuntimeApiException">The process must end; Lambda starts another.</exception>
    public static Task RunAsync(
        Func<ReadOnlyMemory<byte>, LambdaInvocation, CancellationToken, Task<ReadOnlyMemory<byte>>> handler,
        CancellationToken stop) =>
        RunAsync(handler, (_, _) => { }, stop);

    /// <param name="failed">Gets each exception of the handler, for a log that may hold more than a type name.</param>
    public static async Task RunAsync(
        Func<ReadOnlyMemory<byte>, LambdaInvocation, CancellationToken, Task<ReadOnlyMemory<byte>>> handler,
        Action<LambdaInvocation, Exception> failed,
        CancellationToken stop)
    {
        using var client = RuntimeClient.FromEnvironment();
        while (!stop.IsCancellationRequested)
        {
            var next = client.NextAsync(stop);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (next.IsCanceled && stop.IsCancellationRequested)
            {
                return;
            }

            var (invocation, payload) = await next;
            await ServeAsync(client, handler, failed, invocation, payload);
        }
    }

    /// <summary>Tells Lambda that this process could not initialise. End the process afterwards.</summary>
    public static async Task ReportInitErrorAsync(Exception failure)
    {
        using var client = RuntimeClient.FromEnvironment();
        await client.FailInitAsync(failure.GetType().Name);
    }

    private static async Task ServeAsync(
        RuntimeClient client,
        Func<ReadOnlyMemory<byte>, LambdaInvocation, CancellationToken, Task<ReadOnlyMemory<byte>>> handler,
        Action<LambdaInvocation, Exception> failed,
        LambdaInvocation invocation,
        ReadOnlyMemory<byte> payload)
    {
        var time = invocation.DeadlineAt - TimeProvider.System.GetUtcNow() - StopBefore;
        using var deadline = new CancellationTokenSource(time > TimeSpan.Zero ? time : TimeSpan.Zero);

        // Looked at rather than caught: whatever it throws, also before its first await, becomes the answer to this invocation.
        var work = Task.Run(() => handler(payload, invocation, deadline.Token), CancellationToken.None);
        await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!work.IsCompletedSuccessfully)
        {
            var failure = work.Exception?.InnerException ?? new OperationCanceledException(deadline.Token);
            failed(invocation, failure);
            await client.FailAsync(invocation.RequestId, failure.GetType().Name);
            return;
        }

        var answer = await work;
        if (answer.IsEmpty)
        {
            await client.FailAsync(invocation.RequestId, "EmptyAnswer");
        }
        else if (!await client.RespondAsync(invocation.RequestId, answer))
        {
            await client.FailAsync(invocation.RequestId, "AnswerTooLarge");
        }
    }
}
