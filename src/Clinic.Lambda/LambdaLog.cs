using Microsoft.Extensions.Logging;

namespace Clinic.Lambda;

/// <summary>Ids and type names only; an exception's text may quote the data that it failed on.</summary>
internal static partial class LambdaLog
{
    [LoggerMessage(1001, LogLevel.Error, "Invocation {RequestId} failed: {Kind}")]
    public static partial void InvocationFailed(ILogger logger, string requestId, string kind);

    [LoggerMessage(1002, LogLevel.Warning, "Warming up failed: {Kind}")]
    public static partial void WarmUpFailed(ILogger logger, string kind);

    [LoggerMessage(1003, LogLevel.Critical, "The loop ended: {Kind}")]
    public static partial void LoopEnded(ILogger logger, string kind);
}
