using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Incidents;

/// <param name="Next">Cursor of the next part; absent at the end.</param>
public sealed record IncidentListResponse(IReadOnlyList<IncidentLine> Incidents, string? Next);

/// <summary>
/// Incidents of the caller's own records, newest first: for an operator those that the platform opened, for a clinic those that
/// it received. One slice for both routes, because the caller's store decides which they are.
/// </summary>
public static class ListIncidents
{
    private const string Query = "incidents";

    internal static async Task<Results<Ok<IncidentListResponse>, ProblemHttpResult>> Handle(
        string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        if (!(await Cursors.Read(store, Query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.IncidentsListed, AuditOutcome.Requested);
        var disclosed = await store.Disclose(entry, token => Read(store, from, token), ct);
        return disclosed.Holds(out var list, out why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    private static async Task<IncidentListResponse?> Read(TenantStore store, CursorPosition from, CancellationToken ct)
    {
        var page = await store.Query(Keys.IncidentEntries, "", Page<Item>.SizeDefault, from.Sort, newestFirst: true, ct);
        var lines = await Task.WhenAll(page.Items.Select(row => IncidentItem.OpenLine(store, row, ct)));
        return new IncidentListResponse(lines, await Cursors.Write(store, Query, page.NextSort, ct));
    }
}
