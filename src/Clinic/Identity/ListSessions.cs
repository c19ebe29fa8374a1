using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Identity;

public sealed record SessionListResponse(IReadOnlyList<SessionView> Sessions);

public sealed record SessionView(SessionId Session, DateTimeOffset StartedAt, DateTimeOffset EndsAt, string Address,
    string Device, bool Current);

/// <summary>A person's own sessions, newest first (IDN-8).</summary>
public static class ListSessions
{
    internal static async Task<Results<Ok<SessionListResponse>, ProblemHttpResult>> Handle(Caller caller, TenantStore store,
        CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.SessionsListed, AuditOutcome.Requested);
        var disclosed = await store.Disclose(entry, token => Read(caller, store, token), ct);
        return disclosed.Holds(out var list, out var why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    private static async Task<SessionListResponse?> Read(Caller caller, TenantStore store, CancellationToken ct)
    {
        var area = Keys.Member(caller.Member!.Value).Area;
        var page = await store.Query(area, Keys.MemberSessionPrefix, Page<Item>.SizeMax, null, newestFirst: true, ct);
        var views = new List<SessionView>();
        foreach (var item in page.Items.Where(i => MemberSessionItem.IsOfThisTime(i, caller.State)))
        {
            var device = await MemberSessionItem.Device(store, item, ct);
            var id = Id.Parse<SessionId>(item.Need("id"));
            views.Add(new SessionView(id, item.Instant("started"), item.Instant("ends"), device!.Address, device.Device,
                id == caller.Session));
        }

        return new SessionListResponse(views);
    }
}

internal static class SessionViews
{
    /// <summary>Roles as codes, the way all enumerations are written.</summary>
    public static string RoleCode(Role role) => JsonNamingPolicy.KebabCaseLower.ConvertName(role.ToString());
}
