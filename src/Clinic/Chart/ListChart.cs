using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Chart;

/// <summary>
/// A patient's record in the order in which things happened, newest first, bodies included. As many store calls for a record of
/// five entries as for one of thousands: one query of the timeline and one batch of rows; of named kinds one query each.
/// </summary>
public static class ListChart
{
    internal static async Task<Results<Ok<ChartResponse>, ProblemHttpResult>> Handle(
        PatientId patient, string? kind, DateTimeOffset? from, DateTimeOffset? to, bool? includeRetracted, string? cursor,
        int? size, Caller caller, TenantStore store, TimelineSources sources, CancellationToken ct)
    {
        var seen = sources.SeenBy(caller.Role);
        if (!ChartQuery.Decide(patient, kind, from, to, includeRetracted, size, seen).Holds(out var query, out var why)
            || !(await Cursors.Read(store, query.Identity, cursor, ct)).Holds(out var position, out why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.ChartRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Note = query.Kinds.Count == 0 ? null : string.Join(' ', query.Kinds.Select(Codes.Of)),
        };
        var disclosed = await store.Disclose(
            entry, t => Read(new ChartPages(store, patient, sources, query), seen, position.Sort, t), ct);
        return disclosed.Holds(out var response, out why) ? TypedResults.Ok(response) : Problems.From(why);
    }

    private static async Task<ChartResponse?> Read(
        ChartPages pages, IReadOnlyList<ChartKind> seen, string? after, CancellationToken ct)
    {
        var head = PatientItem.Read(pages.Store, pages.Patient, ct);
        var rows = pages.Rows(head, seen, after, ct);
        await Task.WhenAll(head, rows, pages.Store.Warm(ChartItem.ClinicalKey(pages.Patient), ct));
        return await head is null ? null : await pages.Show(await rows, ct);
    }
}
