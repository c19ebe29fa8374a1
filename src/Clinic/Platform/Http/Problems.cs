using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Clinic.Platform.Http;

/// <summary>The one place that makes HTTP of a refusal: problem+json (RFC 9457) with a stable type.</summary>
public static class Problems
{
    public const string TypePrefix = "urn:clinic:problem:";

    public static readonly Refusal NotFound = new(404, "not-found", "There is no such thing here.");
    public static readonly Refusal SessionRequired = new(401, "session-required", "Sign in first.");
    public static readonly Refusal Forbidden = new(403, "forbidden", "Your role does not permit this.");
    public static readonly Refusal CsrfRefused = new(403, "csrf-token",
        "The X-CSRF-Token header does not belong to this session.");
    public static readonly Refusal OriginRefused = new(403, "origin", "Requests from this origin are not accepted.");
    public static readonly Refusal Stale = new(412, "stale-version", "Somebody changed this after you read it: read it again.");
    public static readonly Refusal VersionRequired = new(428, "if-match-required",
        "Send If-Match with the version that you read.");
    public static readonly Refusal Unavailable = new(503, "unavailable",
        "The record cannot be reached or audited now. Nothing was disclosed.");
    public static readonly Refusal Conflict = new(409, "conflict", "Another request changed this at the same moment: try again.");

    // What a gateway in front of the Api answers in the same words, where it answers alone.
    public static readonly Refusal NoSuchRoute = new(404, "no-such-route", "There is no such route.");
    public static readonly Refusal TooLarge = new(413, "too-large", "The body is larger than this route takes.");
    public static readonly Refusal MediaType = new(415, "media-type", "This route does not take this content type.");
    public static readonly Refusal Malformed = new(400, "malformed-request", "The request is malformed.");
    public static readonly Refusal Refused = new(403, "refused", "The request is refused.");
    public static readonly Refusal TooMany = new(429, "too-many-requests", "Too many requests: wait, then try again.");

    public static ProblemHttpResult From(Refusal refusal) => TypedResults.Problem(Details(refusal));

    public static ProblemDetails Details(Refusal refusal)
    {
        var details = new ProblemDetails
        {
            Status = refusal.Status,
            Type = TypePrefix + refusal.Code,
            Title = refusal.Title,
        };
        if (refusal.Errors.Count > 0)
        {
            details.Extensions["errors"] = new JsonArray(
                [.. refusal.Errors.Select(e => (JsonNode)new JsonObject { ["field"] = e.Field, ["rule"] = e.Rule })]);
        }

        foreach (var (name, value) in refusal.More ?? [])
        {
            details.Extensions[name] = value?.DeepClone();
        }

        return details;
    }

    /// <summary>For middleware, which answers without an endpoint result.</summary>
    public static Task Write(HttpContext http, Refusal refusal) => From(refusal).ExecuteAsync(http);
}
