using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Identity;

/// <summary>The current session, with its CSRF token: a page that was loaded again asks here.</summary>
public static class ReadSession
{
    internal static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> Handle(
        HttpContext http, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.SessionRead, AuditOutcome.Requested);
        var disclosed = await store.Disclose(entry, token => Read(http, caller, store, token), ct);
        return disclosed.Holds(out var session, out var why) ? TypedResults.Ok(session) : Problems.From(why);
    }

    private static async Task<SessionResponse?> Read(HttpContext http, Caller caller, TenantStore store, CancellationToken ct)
    {
        var member = caller.Member!.Value;
        var row = store.Get(Keys.MemberSession(member, caller.Session!.Value), ct);
        var person = MemberItem.Read(store, member, ct);
        if (await row is not { } item || await person is not { } found
            || !SessionToken.TryParse(SessionCookie.Read(http), out var token))
        {
            return null;
        }

        return new SessionResponse(
            caller.Session.Value, caller.Tenant.Value, member, found.Profile.Name, SessionViews.RoleCode(caller.Role),
            item.Instant("started"), item.Instant("ends"), token.CsrfToken, caller.Scope.Ids);
    }
}
