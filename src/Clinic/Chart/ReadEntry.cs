using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Chart;

/// <summary>One finding, a retracted one too: its status says so.</summary>
public static class ReadEntry
{
    internal static async Task<Results<Ok<EntryView>, ProblemHttpResult>> Handle(
        PatientId patient, FindingKind kind, EntryId entry, HttpContext http, Caller caller, TenantStore store,
        CancellationToken ct)
    {
        var read = new AuditEntry(caller, AuditAction.ChartEntryRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Subject = Keys.Hex(entry.Value),
            Note = kind.ToString(),
        };
        var disclosed = await store.Disclose(read, t => Read(store, patient, kind.Value, entry, t), ct);
        if (!disclosed.Holds(out var view, out var why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, view.Version);
        return TypedResults.Ok(view);
    }

    private static async Task<EntryView?> Read(
        TenantStore store, PatientId patient, ChartKind kind, EntryId id, CancellationToken ct)
    {
        var head = Patients.PatientItem.ReadForOne(store, patient, ct);
        var row = store.Get(ChartItem.Place(patient, kind, id), ct);
        await Task.WhenAll(head, row, store.Warm(ChartItem.ClinicalKey(patient), ct));
        return await head is not null && await row is { } item
            ? EntryView.Of(await FindingEntry.Open(store, patient, kind, id, item, ct))
            : null;
    }
}
