using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Identity;

/// <summary>
/// A change of what a member may do, in one transaction with what becomes of every session of that member (IDN-6). A sign-in
/// writes the member's row, so one that comes between makes the change begin again.
/// </summary>
internal static class SessionsOfMember
{
    /// <summary>Three rows each: with the change itself far below a transaction's 100.</summary>
    private const int AtOnce = 25;

    /// <summary>Of sessions of twelve hours nobody has a thousand; each try ends 25, or met a sign-in.</summary>
    private const int TriesMax = 40;

    private static readonly Refusal Moved = new(409, "sessions-moved", "A session was opened or ended meanwhile.");

    /// <param name="decide">The change, with the member's row as it shall be; or why not.</param>
    /// <param name="each">What becomes of a session: adds to the change.</param>
    public static async Task<Done> Commit(
        TenantStore store, MemberId id, Func<Member, Task<Outcome<(Change Change, Member After)>>> decide,
        Func<Change, Member, Item, Refusal, Change> each, CancellationToken ct)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            // The member first, the sessions after: what opens in between has changed the member's row.
            if (await MemberItem.Read(store, id, ct) is not { Status: Member.Active } member)
            {
                return Problems.NotFound;
            }

            if (!(await decide(member)).Holds(out var decided, out var why))
            {
                return why;
            }

            var page = await store.Query(
                Keys.Member(id).Area, Keys.MemberSessionPrefix, AtOnce, null, newestFirst: false, ct);
            var change = decided.Change.Replace(MemberItem.Write(decided.After), MemberItem.Unchanged(member), Moved);
            change = page.NextSort is null
                ? page.Items.Aggregate(change, (c, row) => each(c, decided.After, row, Moved))
                : page.Items.Aggregate(
                    Change.By(store.Caller, AuditAction.SessionEnded, subject: Keys.Hex(id.Value)),
                    (c, row) => End(c, id, row));
            var commit = await store.Commit(change, ct);
            var isDone = commit.Holds(out why);
            if ((isDone && page.NextSort is null) || (!isDone && why != Moved))
            {
                return commit;
            }
        }

        return Problems.Conflict;
    }

    public static Change End(Change change, MemberId member, Item row) => change
        .Delete(row.Key)
        .Delete(Keys.Session(row.Need("hash")))
        .Delete(Keys.Clock(
            Durations.SessionEnd.Name, MemberSessionItem.ClockSubject(member, Id.Parse<SessionId>(row.Need("id")))));

    /// <summary>The session goes on with what the member may do from now on.</summary>
    public static Change Regrant(Change change, Member after, Item row, Refusal gone) =>
        change.Patch(SessionRow.Granting(row.Need("hash"), after.Role, after.Scope), [], Condition.Exists, gone);
}
