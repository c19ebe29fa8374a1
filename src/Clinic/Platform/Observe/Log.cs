using Microsoft.Extensions.Logging;

namespace Clinic.Platform.Observe;

/// <summary>Every log line of the product. Parameters are ids, codes and counts; nothing that a person typed (AIX-10).</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Outage in {Operation}: {Kind}, request {RequestId}")]
    public static partial void Outage(ILogger logger, string operation, string kind, string requestId);

    [LoggerMessage(2, LogLevel.Error, "Fault in {Operation}: {Kind} at {Site}, request {RequestId}")]
    public static partial void Fault(ILogger logger, string operation, string kind, string site, string requestId);

    [LoggerMessage(3, LogLevel.Information,
        "{Operation} answered {Status} in {ElapsedMs} ms, tenant {Tenant}, request {RequestId}")]
    public static partial void Answered(ILogger logger, string operation, int status, long elapsedMs, string tenant,
        string requestId);

    [LoggerMessage(10, LogLevel.Information, "Message {MessageId} of {Topic}, tenant {Tenant}: {Result}")]
    public static partial void Consumed(ILogger logger, string messageId, string topic, string tenant, string result);

    [LoggerMessage(11, LogLevel.Error, "Message {MessageId} of {Source} failed: {Kind} at {Site}")]
    public static partial void ConsumerFailed(ILogger logger, string messageId, string source, string kind, string site);

    [LoggerMessage(12, LogLevel.Error, "Message {MessageId} of {Source} is refused: {Why}")]
    public static partial void MessageRefused(ILogger logger, string messageId, string source, string why);

    [LoggerMessage(13, LogLevel.Warning, "A thumbnail was not made: {Why}, tenant {Tenant}")]
    public static partial void NoThumbnail(ILogger logger, string why, string tenant);

    [LoggerMessage(20, LogLevel.Information, "Clocks: {Due} due, {Done} done, {Failed} failed")]
    public static partial void ClocksRun(ILogger logger, int due, int done, int failed);

    [LoggerMessage(30, LogLevel.Error, "{Kind} of an entry of the trail: {Partition} / {Sort}")]
    public static partial void AuditEntryChanged(ILogger logger, string kind, string partition, string sort);
}
