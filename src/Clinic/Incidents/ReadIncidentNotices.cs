using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Incidents;

/// <param name="StartedAt">When the order reached the clinic; absent before.</param>
/// <param name="Counted">Whether everybody on the roster was looked at: then <paramref name="Total"/> is the last word.</param>
/// <param name="Total">People who are to be told, as far as the roster was walked.</param>
/// <param name="Told">To whom the mail provider took a mail; in a drill, to whom one would have been sent.</param>
/// <param name="WithoutAddress">Erased, or no mail address on record: to be told in another way by the clinic.</param>
/// <param name="Pending">Not settled: under way, or refused by the mail provider so far.</param>
/// <param name="LaterOnes">Registered after the incident was noticed, and not told of it.</param>
/// <param name="FinishedAt">When the last of them was settled; absent before.</param>
public sealed record IncidentNoticesResponse(
    IncidentId Incident, NoticeAudience Audience, NoticeOrderer OrderedBy, DateTimeOffset OrderedAt, DateTimeOffset? StartedAt,
    bool Drill, bool Counted, long Total, long Told, long WithoutAddress, long Pending, long LaterOnes,
    DateTimeOffset? FinishedAt);

/// <summary>How far telling the people of the own clinic of an incident has come.</summary>
public static class ReadIncidentNotices
{
    internal static async Task<Results<Ok<IncidentNoticesResponse>, ProblemHttpResult>> Handle(
        IncidentId incident, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.IncidentNoticesRead, AuditOutcome.Requested)
        {
            Subject = Keys.Hex(incident.Value),
        };
        var disclosed = await store.Disclose(entry, token => Read(store, incident, token), ct);
        return disclosed.Holds(out var view, out var why) ? TypedResults.Ok(view) : Problems.From(why);
    }

    internal static async Task<IncidentNoticesResponse?> Read(TenantStore store, IncidentId incident, CancellationToken ct)
    {
        var rows = await store.GetMany([Keys.IncidentPeople(incident), Keys.Incident(incident)], ct);
        if (rows.FirstOrDefault(r => r.Key == Keys.IncidentPeople(incident)) is not { } row)
        {
            return null;
        }

        var walk = PeopleNoticeItem.ReadWalk(row);
        var settled = await PersonTold.Count(store, incident, ct);
        var finished = walk.EndedAt is not null && settled.Count >= walk.Total;
        return new IncidentNoticesResponse(
            incident, NoticeAudience.AllPatients, PeopleNoticeItem.OrderedBy(row), PeopleNoticeItem.OrderedAt(row),
            PeopleNoticeItem.StartedAt(row), IncidentItem.IsDrill(rows.First(r => r.Key == Keys.Incident(incident))),
            walk.EndedAt is not null, walk.Total, settled.Told, settled.WithoutAddress,
            Math.Max(0, walk.Total - settled.Count), walk.Skipped,
            finished ? Later(walk.EndedAt, await PersonTold.LastAt(store, incident, ct)) : null);
    }

    private static DateTimeOffset? Later(DateTimeOffset? walked, DateTimeOffset? last) => last > walked ? last : walked;
}
