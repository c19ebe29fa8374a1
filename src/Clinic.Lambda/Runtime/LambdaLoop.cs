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
    /// <param name="failed">Gets each exception of the handler, for a log that may hold more than a type name.</param>
    /// <param name="runtimeApi">Host and port; by default what Lambda put into the environment.</param>
    /// <exception cref="RuntimeApiException">The process must end; Lambda starts another.</exception>
    public static async Task RunAsync(
        LambdaHandler handler, CancellationToken stop, Action<LambdaInvocation, Exception>? failed = null,
        string? runtimeApi = null)
    {
        using var client = new RuntimeClient(runtimeApi ?? FromEnvironment());
        while (!stop.IsCancellationRequested)
        {
            var next = client.NextAsync(stop);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!next.IsCompletedSuccessfully && stop.IsCancellationRequested)
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
        using var client = new RuntimeClient(FromEnvironment());
        await client.FailInitAsync(failure.GetType().Name);
    }

    private static string FromEnvironment() =>
        Environment.GetEnvironmentVariable(LambdaEnvironment.RuntimeApi) is { Length: > 0 } authority
            ? authority
            : throw new InvalidOperationException(
                $"{LambdaEnvironment.RuntimeApi} is not set: this process was not started by Lambda.");

    private static async Task ServeAsync(
        RuntimeClient client, LambdaHandler handler, Action<LambdaInvocation, Exception>? failed,
        LambdaInvocation invocation, ReadOnlyMemory<byte> payload)
    {
        var time = invocation.DeadlineAt - TimeProvider.System.GetUtcNow() - StopBefore;
        using var deadline = new CancellationTokenSource(time > TimeSpan.Zero ? time : TimeSpan.Zero);

        // Looked at rather than caught: whatever it throws becomes the answer to this invocation.
        var work = CallAsync(handler, payload, invocation, deadline.Token);
        await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!work.IsCompletedSuccessfully)
        {
            var failure = work.Exception?.InnerException ?? new OperationCanceledException(deadline.Token);
            failed?.Invoke(invocation, failure);
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

    /// <summary>Of an asynchronous method, so that what a handler throws before its first await is in the task as well.</summary>
    private static async Task<ReadOnlyMemory<byte>> CallAsync(
        LambdaHandler handler, ReadOnlyMemory<byte> payload, LambdaInvocation invocation, CancellationToken deadline) =>
        await handler(payload, invocation, deadline);
}
