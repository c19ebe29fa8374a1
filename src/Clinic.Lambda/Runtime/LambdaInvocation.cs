namespace Clinic.Lambda;

/// <summary>What the platform says about one invocation.</summary>
/// <param name="DeadlineAt">When Lambda ends the sandbox; the handler's token is cancelled a little earlier.</param>
public sealed record LambdaInvocation(string RequestId, DateTimeOffset DeadlineAt, string InvokedFunctionArn);

/// <summary>Answers one event.</summary>
/// <param name="payload">The event. Its memory belongs to the loop and is used again for the next event.</param>
/// <param name="deadline">Cancelled 300 ms before Lambda would end the sandbox.</param>
/// <returns>The answer; never empty, see <see cref="LambdaLoop"/>.</returns>
public delegate Task<ReadOnlyMemory<byte>> LambdaHandler(
    ReadOnlyMemory<byte> payload, LambdaInvocation invocation, CancellationToken deadline);
