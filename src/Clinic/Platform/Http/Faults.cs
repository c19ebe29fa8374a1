using System.Text.Json;
using Amazon.Runtime;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Observe;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Clinic.Platform.Http;

/// <summary>
/// Turns what nobody expected into an answer without a value in it: a body that does not parse is 4xx, a store that cannot be
/// reached is 503, a bug is 500. Exception texts are not logged, because they may quote the data that they failed on.
/// </summary>
internal sealed class Faults(RequestDelegate next, ILogger<Faults> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            await Bare(http);
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            await Problems.Write(http, FromBadRequest(bad));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left; nobody reads an answer.
        }
        catch (KeyGoneException) when (!http.Response.HasStarted)
        {
            await Problems.Write(http, Problems.NotFound);
        }
        catch (Exception fault) when (IsOutage(fault) && !http.Response.HasStarted)
        {
            Log.Outage(logger, Endpoints.Name(http), fault.GetType().Name, http.TraceIdentifier);
            http.Response.Headers.RetryAfter = "5";
            await Problems.Write(http, Problems.Unavailable);
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            Log.Fault(logger, Endpoints.Name(http), fault.GetType().Name, Site(fault), http.TraceIdentifier);
            await Problems.Write(http, new Refusal(500, "fault", "Something is wrong on our side; it was noted."));
        }
    }

    /// <summary>Statuses that the framework answers without a body: no such route, wrong method, wrong content type.</summary>
    private static Task Bare(HttpContext http) => http.Response switch
    {
        { HasStarted: true } or { StatusCode: < 400 } or { ContentType: not null } => Task.CompletedTask,
        { StatusCode: 404 } => Problems.Write(http, Problems.NoSuchRoute),
        { StatusCode: 405 } => Problems.Write(http, new Refusal(405, "method", "This route does not take this method.")),
        { StatusCode: 413 } => Problems.Write(http, Problems.TooLarge),
        { StatusCode: 415 } => Problems.Write(http, Problems.MediaType),
        { StatusCode: var status } => Problems.Write(http, new Refusal(status, "refused", "The request is refused.")),
    };

    private static Refusal FromBadRequest(BadHttpRequestException bad) => bad switch
    {
        { StatusCode: 413 } => Problems.TooLarge,
        { StatusCode: 415 } => Problems.MediaType,
        { InnerException: JsonException json } => new Refusal(400, "malformed-json",
            "The body is not the JSON that this route takes.")
        {
            Errors = [new FieldError(FieldOf(json), "expected by the schema of this route")],
        },
        _ => new Refusal(bad.StatusCode is >= 400 and < 500 ? bad.StatusCode
            : 400, "malformed-request", "The request is malformed."),
    };

    /// <summary>
    /// The path of the JSON error, cut at the first member that is not a plain name: a client's own member names are values too.
    /// </summary>
    private static string FieldOf(JsonException json)
    {
        var path = (json.Path ?? "$").TrimStart('$').TrimStart('.');
        return path.Length is > 0 and <= 100 && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '[' or ']')
            ? path : "body";
    }

    private static bool IsOutage(Exception fault) => fault switch
    {
        AmazonServiceException service => service.StatusCode != System.Net.HttpStatusCode.BadRequest
            || service.Retryable is not null
            || service.ErrorCode is "AccessDeniedException" or "ProvisionedThroughputExceededException" or "ThrottlingException"
                or "TransactionInProgressException",
        AmazonClientException or HttpRequestException or TimeoutException or TaskCanceledException => true,
        AggregateException { InnerException: { } inner } => IsOutage(inner),
        _ => false,
    };

    /// <summary>Where it was thrown: method names only.</summary>
    internal static string Site(Exception fault) =>
        fault.StackTrace?.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Contains("Clinic.", StringComparison.Ordinal))
            ?? "unknown";
}
