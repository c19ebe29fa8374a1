using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http;

namespace Clinic.Chart;

public sealed record EntryVersionsResponse(IReadOnlyList<EntryView> Versions, string? Next);

/// <summary>Earlier versions of a finding, newest first (DSR-2).</summary>
public static class ListEntryVersions
{
    internal static async Task<Results<Ok<EntryVersionsResponse>, ProblemHttpResult>> Handle(
        PatientId patient, FindingKind kind, EntryId entry, string? cursor, Caller caller, TenantStore store,
        CancellationToken ct)
    {
        var query = $"chart-versions {patient} {kind} {entry}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var read = new AuditEntry(caller, AuditAction.ChartVersionsRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Subject = Keys.Hex(entry.Value),
            Note = kind.ToString(),
        };
        var disclosed = await store.Disclose(read, t => Read(store, patient, kind.Value, entry, query, from, t), ct);
        return disclosed.Holds(out var versions, out why) ? TypedResults.Ok(versions) : Problems.From(why);
    }

    private static async Task<EntryVersionsResponse?> Read(
        TenantStore store, PatientId patient, ChartKind kind, EntryId id, string query, CursorPosition from, CancellationToken ct)
    {
        var (area, prefix) = (Keys.Patient(patient).Area, Keys.ChartVersionPrefix(Codes.Of(kind), id));
        var head = PatientItem.ReadForOne(store, patient, ct);
        var row = store.Get(ChartItem.Place(patient, kind, id), ct);
        var rows = store.Query(area, prefix, Page<Item>.SizeDefault, from.Sort, newestFirst: true, ct);
        await Task.WhenAll(head, row, rows, store.Warm(ChartItem.ClinicalKey(patient), ct));
        if (await head is null || await row is null)
        {
            return null;
        }

        var views = new List<EntryView>();
        foreach (var item in (await rows).Items)
        {
            views.Add(EntryView.Of(await FindingEntry.Open(store, patient, kind, id, item, ct)));
        }

        return new EntryVersionsResponse(views, await Cursors.Write(store, query, (await rows).NextSort, ct));
    }
}
