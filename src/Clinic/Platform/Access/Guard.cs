using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Clinic.Platform.Access;

/// <summary>
/// Stands between routing and every endpoint: finds the session, checks origin, CSRF token and permission, and makes the
/// caller. Denies by default: a route that declares no access answers 403. Denials leave an entry (AUD-1).
/// </summary>
internal sealed class Guard(
    RequestDelegate next, Sessions sessions, TenantStores stores, PublicTrail publicTrail, ApiSettings settings)
{
    public const string CsrfHeader = "X-CSRF-Token";

    public async Task InvokeAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();

        // No route, or one of another method: the framework answers 404 or 405, Faults makes a problem of it.
        if (endpoint is not RouteEndpoint || endpoint.Metadata.GetMetadata<OutsideTheTrail>() is not null)
        {
            await next(http);
            return;
        }

        var access = endpoint.Metadata.GetMetadata<RouteAccess>();
        if (ForeignOrigin(http))
        {
            await Refuse(http, null, Problems.OriginRefused);
        }
        else if (access is RouteAccess.Open)
        {
            await next(http);
        }
        else if (await Authenticate(http) is not { } caller)
        {
            await Refuse(http, null, Problems.SessionRequired);
        }
        else if (ChangesState(http) && !CsrfHolds(http))
        {
            await Refuse(http, caller, Problems.CsrfRefused);
        }
        else if (access is not RouteAccess.Permitted permitted || !Policy.Allows(caller.Role, permitted.Permission))
        {
            await Refuse(http, caller, Problems.Forbidden);
        }
        else
        {
            caller.Enter(http);
            await next(http);
        }
    }

    private async Task<Caller?> Authenticate(HttpContext http)
    {
        if (!SessionToken.TryParse(SessionCookie.Read(http), out var token)
            || await sessions.Find(token, http.RequestAborted) is not { } found)
        {
            return null;
        }

        return new Caller
        {
            Tenant = token.Tenant,
            Actor = found.Facts.Member.ToString(),
            Member = found.Facts.Member,
            Role = found.Facts.Role,
            Scope = found.Facts.Scope,
            Session = found.Facts.Id,
            SessionHash = token.StoredHash,
            State = found.State,
            RequestId = http.TraceIdentifier,
            Trace = ClientTrace.Of(http),
        };
    }

    /// <summary>
    /// Known callers' denials go to their clinic's trail; those of unknown callers to the platform's, aggregated, so that
    /// nobody fills a trail by knocking.
    /// </summary>
    private async Task Refuse(HttpContext http, Caller? caller, Refusal refusal)
    {
        if (caller is null)
        {
            await publicTrail.Denied(http, refusal.Code);
        }
        else
        {
            var entry = new AuditEntry(caller, AuditAction.AccessDenied, AuditOutcome.Refused)
            {
                Subject = Endpoints.Name(http),
                Note = refusal.Code,
            };
            await stores.For(caller).Note(entry, http.RequestAborted);
        }

        await Problems.Write(http, refusal);
    }

    private static bool ChangesState(HttpContext http) =>
        !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);

    private static bool CsrfHolds(HttpContext http) =>
        SessionToken.TryParse(SessionCookie.Read(http), out var token)
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(token.CsrfToken), Encoding.UTF8.GetBytes(http.Request.Headers[CsrfHeader].ToString()));

    /// <summary>
    /// Browsers send Origin with state-changing requests; SameSite=Strict alone trusts all sibling hosts. Of several, each
    /// counts.
    /// </summary>
    private bool ForeignOrigin(HttpContext http) => http.Request.Headers.Origin.Any(origin =>
        origin is { Length: > 0 }
        && !string.Equals(origin, $"{http.Request.Scheme}://{http.Request.Host}", StringComparison.OrdinalIgnoreCase)
        && !settings.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase));
}

/// <summary>
/// Marks the routes that no guard asks and no trail holds: health checks, and pages and documents that are the same for
/// everybody. A test pins the list.
/// </summary>
public sealed record OutsideTheTrail(string Why);

/// <summary>What the host tells the library about its surroundings.</summary>
public sealed record ApiSettings(IReadOnlyList<string> AllowedOrigins);

internal static class Endpoints
{
    /// <summary>Operation name of the matched route; never the path, which holds ids.</summary>
    public static string Name(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "unnamed";
}
