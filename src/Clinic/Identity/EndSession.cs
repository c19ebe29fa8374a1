using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Identity;

/// <summary>Ends the current session, or another of one's own. The very next request with it is 401.</summary>
public static class EndSession
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> HandleCurrent(
        HttpContext http, Caller caller, TenantStore store, CancellationToken ct)
    {
        var ended = await End(caller, store, caller.Session!.Value, ct);
        if (!ended.Holds(out var why))
        {
            return Problems.From(why);
        }

        SessionCookie.Clear(http);
        return TypedResults.NoContent();
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        SessionId session, Caller caller, TenantStore store, CancellationToken ct)
    {
        var ended = await End(caller, store, session, ct);
        return ended.Holds(out var why) ? TypedResults.NoContent() : Problems.From(why);
    }

    private static async Task<Done> End(Caller caller, TenantStore store, SessionId session, CancellationToken ct)
    {
        // Own sessions only: the key holds the caller, so another's session is simply not there.
        var member = caller.Member!.Value;
        if (await store.Get(Keys.MemberSession(member, session), ct) is not { } row)
        {
            await store.Note(new AuditEntry(caller, AuditAction.SessionEnded,
                AuditOutcome.Refused) { Note = Problems.NotFound.Code }, ct);
            return Problems.NotFound;
        }

        return await store.Commit(
            Change.By(caller, AuditAction.SessionEnded, subject: Keys.Hex(session.Value))
                .Delete(row.Key, Condition.Exists, Problems.NotFound)
                .Delete(Keys.Session(row.Need("hash")))
                .Delete(Keys.Clock(Durations.SessionEnd.Name, MemberSessionItem.ClockSubject(member, session))),
            ct);
    }
}

/// <summary>
/// Purges the rows of a session whose time is over; it works no more anyway, for its end is checked with each request.
/// </summary>
internal static class PurgeSession
{
    public static async Task<Done> Strike(DueClock due, CancellationToken ct)
    {
        var (member, session) = MemberSessionItem.FromClock(due.Subject);
        var change = due.Effect(AuditAction.SessionPurged, Keys.Hex(session.Value));
        if (await due.Store.Get(Keys.MemberSession(member, session), ct) is { } row)
        {
            change.Delete(row.Key).Delete(Keys.Session(row.Need("hash")));
        }

        return await due.Store.Commit(change, ct);
    }
}
