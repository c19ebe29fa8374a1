using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

/// <param name="Next">The cursor of the next part; absent at the end.</param>
public sealed record VisitListResponse(IReadOnlyList<VisitView> Visits, string? Next);

/// <summary>One visit; its ETag is the version.</summary>
public static class ReadVisit
{
    internal static async Task<Results<Ok<VisitView>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, HttpContext http, TenantStore store, CancellationToken ct)
    {
        if (!(await VisitAct.Disclose(store, patient, visit, null, ct)).Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, found.Version);
        return TypedResults.Ok(VisitView.Of(patient, found));
    }
}

/// <summary>A patient's visits, latest first.</summary>
public static class ListVisits
{
    internal static async Task<Results<Ok<VisitListResponse>, ProblemHttpResult>> Handle(
        PatientId patient, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var query = $"visits {patient}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.VisitsRead, AuditOutcome.Requested) { Patient = patient };
        var disclosed = await store.Disclose(entry, token => Read(store, patient, query, from, token), ct);
        return disclosed.Holds(out var list, out why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    private static async Task<VisitListResponse?> Read(
        TenantStore store, PatientId patient, string query, CursorPosition from, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var rows = RecordPages.Query(
            store, patient, head, EntryIds.Sorts(Keys.ChartPrefix(VisitItem.Kind), null, null), Page<Item>.SizeDefault,
            from.Sort, ct);
        await Task.WhenAll(head, rows);
        if (await head is null)
        {
            return null;
        }

        var visits = new List<VisitView>();
        foreach (var (of, row) in (await rows).Rows)
        {
            visits.Add(VisitView.Of(of, await VisitItem.Open(store, of, row, ct)));
        }

        return new VisitListResponse(visits, await Cursors.Write(store, query, (await rows).NextSort, ct));
    }
}
