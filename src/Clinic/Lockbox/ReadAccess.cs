using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Lockbox;

/// <param name="Granted">As approved; absent before and without approval.</param>
public sealed record AccessView(
    AccessId Id, AccessState State, AccessReason Reason, string Text, MemberId Operator, string OperatorName,
    DateTimeOffset AskedAt, DateTimeOffset AnswerBefore, AccessScope Asked, AccessScope? Granted, DateTimeOffset? Ends,
    MemberId? AnsweredBy, long Version);

public sealed record AccessLine(
    AccessId Id, AccessState State, AccessReason Reason, MemberId Operator, DateTimeOffset AskedAt, DateTimeOffset? Ends,
    long Version);

public sealed record AccessListResponse(IReadOnlyList<AccessLine> Requests, string? Next);

/// <summary>A request of the platform for access, as the clinic's owners see it.</summary>
public static class ReadAccess
{
    internal static async Task<Results<Ok<AccessView>, ProblemHttpResult>> Handle(
        AccessId request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.AccessRead, AuditOutcome.Requested) { Subject = Keys.Hex(request.Value) };
        var disclosed = await store.Disclose(entry, token => AccessItem.FindWhole(store, request, token), ct);
        if (!disclosed.Holds(out var access, out var why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, access.Version);
        return TypedResults.Ok(new AccessView(
            request, access.State(caller.State!, clock.GetUtcNow()), access.Request.Reason, access.Request.Words!.Text,
            access.Request.Operator, access.Request.Words.OperatorName, access.Request.At, access.AnswerBefore,
            access.Request.Asked, access.Granted, access.Ends, access.AnsweredBy, access.Version));
    }
}

/// <summary>Requests of the platform for access, newest first.</summary>
public static class ListAccess
{
    private const string Query = "access-requests";

    /// <param name="state">Only those in this state; a part of the list may then be shorter, or empty, before its end.</param>
    internal static async Task<Results<Ok<AccessListResponse>, ProblemHttpResult>> Handle(
        string? state, string? cursor, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var wanted = Enum.GetValues<AccessState>().Where(s => Codes.Of(s) == state).Cast<AccessState?>().FirstOrDefault();
        if (state is not null && wanted is null)
        {
            return Problems.From(Refusal.Invalid([new FieldError("state", "a state of requests")]));
        }

        if (!(await Cursors.Read(store, Query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.AccessListed, AuditOutcome.Requested);
        var disclosed = await store.Disclose(entry, token => Read(store, wanted, from, clock.GetUtcNow(), token), ct);
        return disclosed.Holds(out var list, out why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    private static async Task<AccessListResponse?> Read(
        TenantStore store, AccessState? wanted, CursorPosition from, DateTimeOffset now, CancellationToken ct)
    {
        var page = await store.Query(Keys.AccessEntries, "", Page<Item>.SizeDefault, from.Sort, newestFirst: true, ct);
        var ids = page.Items.Select(i => new AccessId(Guid.ParseExact(i.Key.Sort, "N"))).ToList();
        var rows = (await store.GetMany([.. ids.Select(Keys.Access)], ct)).ToDictionary(r => r.Key);
        var all = ids.Select(id => AccessItem.Read(id, rows[Keys.Access(id)]))
            .Select(a => (Access: a, State: a.State(store.Caller.State!, now)))
            .Where(a => wanted is null || a.State == wanted)
            .Select(a => new AccessLine(
                a.Access.Request.Id, a.State, a.Access.Request.Reason, a.Access.Request.Operator, a.Access.Request.At,
                a.Access.Ends, a.Access.Version));
        return new AccessListResponse([.. all], await Cursors.Write(store, Query, page.NextSort, ct));
    }
}
