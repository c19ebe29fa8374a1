using System.Text.Json.Nodes;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Chart;

/// <summary>
/// What changed since a version that somebody wanted to change: names of members, no values, and to readers of the record alone.
/// </summary>
internal static class StaleEntry
{
    public static async Task<Refusal> Explain(
        Refusal why, TenantStore store, PatientId patient, ChartKind kind, EntryId id, long version, CancellationToken ct)
    {
        if (why != Problems.Stale || !Policy.Allows(store.Caller.Role, Permission.ChartRead))
        {
            return why;
        }

        var entry = new AuditEntry(store.Caller, AuditAction.ChartEntryRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Subject = Keys.Hex(id.Value),
            Note = "to say what changed",
        };
        var disclosed = await store.Disclose(entry, t => Read(store, patient, kind, id, version, t), ct);
        return disclosed.Holds(out var more, out _) ? Problems.Stale with { More = more } : why;
    }

    private static async Task<JsonObject?> Read(
        TenantStore store, PatientId patient, ChartKind kind, EntryId id, long version, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var now = store.Get(ChartItem.Place(patient, kind, id), ct);
        var then = store.Get(ChartItem.EarlierPlace(patient, kind, id, version), ct);
        await Task.WhenAll(head, now, then, store.Warm(ChartItem.ClinicalKey(patient), ct));
        if (await head is null || await now is not { } newest)
        {
            return null;
        }

        var more = new JsonObject { ["version"] = newest.Version };
        if (await then is { } earlier)
        {
            var changed = FindingEntry.Difference(
                await FindingEntry.Open(store, patient, kind, id, earlier, ct),
                await FindingEntry.Open(store, patient, kind, id, newest, ct));
            more["changed"] = new JsonArray([.. changed.Select(c => (JsonNode)c.Key)]);
        }

        return more;
    }
}
