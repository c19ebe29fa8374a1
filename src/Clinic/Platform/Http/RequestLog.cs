using Clinic.Platform.Access;
using Clinic.Platform.Observe;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Clinic.Platform.Http;

/// <summary>
/// One line per request: operation name, status, time, clinic. Never the path or the query, which hold ids and cursors.
/// </summary>
internal sealed class RequestLog(RequestDelegate next, TimeProvider clock, ILogger<RequestLog> logger)
{
    public const string RequestIdHeader = "X-Request-Id";

    public async Task InvokeAsync(HttpContext http)
    {
        // Our own id, never the client's: it stands in the trail and must not be chosen outside.
        http.TraceIdentifier = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        http.Response.Headers[RequestIdHeader] = http.TraceIdentifier;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var started = clock.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            var elapsed = (long)clock.GetElapsedTime(started).TotalMilliseconds;
            Log.Answered(logger, Endpoints.Name(http), http.Response.StatusCode, elapsed, Caller.Of(http)?.Tenant.Value
                ?? "-", http.TraceIdentifier);
        }
    }
}
