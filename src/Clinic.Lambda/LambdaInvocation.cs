namespace Clinic.Lambda;

/// <summary>What the platform says about one invocation.</summary>
/// <param name="DeadlineAt">When Lambda ends the sandbox; the handler's token is cancelled a little earlier.</param>
public sealed record LambdaInvocation(string RequestId, DateTimeOffset DeadlineAt, string InvokedFunctionArn);
