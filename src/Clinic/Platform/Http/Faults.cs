using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Observe;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Clinic.Platform.Http;

/// <summary>
/// Turns what nobody expected into an answer without a value in it: a body that does not parse is 4xx, a store that cannot be
/// reached within the request's budget is 503, a bug is 500. Exception texts are not logged, because they may quote the data that
/// they failed on.
/// </summary>
internal sealed class Faults(
    RequestDelegate next, IOptions<JsonOptions> json, CallBudget budget, ILogger<Faults> logger)
{
    private const string Schema = "as the schema of this route says";

    /// <summary>
    /// What AWS answers with 400 and is not our request's fault: too much at once, still at it, or credentials that are over.
    /// Each service has its own words.
    /// </summary>
    private static readonly HashSet<string> OutageCodes = new(StringComparer.Ordinal)
    {
        "AccessDeniedException", "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling",
        "ThrottledException", "RequestLimitExceeded", "TransactionInProgressException", "TransactionConflictException",
        "RequestTimeout", "RequestTimeoutException", "ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException",
        "KMSInvalidStateException", "DisabledException", "KeyUnavailableException", "DependencyTimeoutException",
    };

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await WithinBudget(http);
            await Bare(http);
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            await Problems.Write(http, FromBadRequest(http, bad));
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
            http.Response.Headers.RetryAfter = ((int)budget.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Problems.Write(http, Problems.Unavailable);
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            Log.Fault(logger, Endpoints.Name(http), fault.GetType().Name, Site(fault), http.TraceIdentifier);
            await Problems.Write(http, new Refusal(500, "fault", "Something is wrong on our side; it was noted."));
        }
    }

    /// <summary>
    /// Everything behind us takes its token from RequestAborted: cancelled when the client leaves, or when the budget is spent.
    /// What is written of an answer afterwards, such as the 503, has the client's own again.
    /// </summary>
    private async Task WithinBudget(HttpContext http)
    {
        var client = http.RequestAborted;
        using var spent = CancellationTokenSource.CreateLinkedTokenSource(client);
        spent.CancelAfter(budget.Request);
        http.RequestAborted = spent.Token;
        try
        {
            await next(http);
        }
        finally
        {
            http.RequestAborted = client;
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

    private Refusal FromBadRequest(HttpContext http, BadHttpRequestException bad) => bad switch
    {
        { StatusCode: 413 } => Problems.TooLarge,
        { StatusCode: 415 } => Problems.MediaType,
        { InnerException: JsonException fault } => new Refusal(400, "malformed-json",
            "The body is not the JSON that this route takes.")
        {
            Errors = [new FieldError(JsonFields.Of(http, fault, json.Value.SerializerOptions), Schema)],
        },
        _ => new Refusal(bad.StatusCode is >= 400 and < 500 ? bad.StatusCode
            : 400, "malformed-request", "The request is malformed."),
    };

    private static bool IsOutage(Exception fault) => fault switch
    {
        AmazonServiceException service => service.StatusCode != System.Net.HttpStatusCode.BadRequest
            || service.Retryable is not null || OutageCodes.Contains(service.ErrorCode ?? ""),
        AmazonClientException or HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
        AggregateException { InnerException: { } inner } => IsOutage(inner),
        _ => false,
    };

    /// <summary>Where it was thrown: method names only.</summary>
    internal static string Site(Exception fault) =>
        fault.StackTrace?.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Contains("Clinic.", StringComparison.Ordinal))
            ?? "unknown";
}
