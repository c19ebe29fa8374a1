using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Records;

/// <summary>Rows of a record, still sealed.</summary>
/// <param name="Chart">By kind and id.</param>
/// <param name="Addenda">By note, then as they were added.</param>
internal sealed record HeldRows(
    PatientId Of, IReadOnlyList<Item> Kept, IReadOnlyList<Item> Chart, IReadOnlyList<Item> Addenda, long Bytes);

/// <param name="Parts">Her own, then those of each record that was merged into hers.</param>
internal sealed record RecordRows(Patient Patient, IReadOnlyList<HeldRows> Parts)
{
    public long Bytes => Parts.Sum(p => p.Bytes);

    /// <summary>
    /// All of it, in a few queries beside each other; null when there is no such patient, or nobody may read her.
    /// </summary>
    /// <param name="bytesMax">Above it, reading ends: then it is too large.</param>
    public static async Task<RecordRows?> Read(TenantStore store, PatientId patient, long bytesMax, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var own = Of(store, patient, bytesMax, ct);
        await Task.WhenAll(head, own);
        return await head is { } found
            ? new RecordRows(
                found, [await own, .. await Task.WhenAll(found.Absorbed.Select(a => Of(store, a, bytesMax, ct)))])
            : null;
    }

    private static async Task<HeldRows> Of(TenantStore store, PatientId patient, long bytesMax, CancellationToken ct)
    {
        var kept = All(store, patient, Keys.FhirPrefix, FhirRow.Bytes, bytesMax, ct);
        var chart = All(store, patient, Keys.ChartRows, r => ChartItem.BodyBytes(r), bytesMax, ct);
        var addenda = All(store, patient, Keys.NoteAddenda, r => ChartItem.BodyBytes(r), bytesMax, ct);
        await Task.WhenAll(kept, chart, addenda, store.Warm(ChartItem.ClinicalKey(patient), ct));
        var parts = new[] { await kept, await chart, await addenda };

        // Bills of many years have many keys: they are loaded together, not one after another.
        await Task.WhenAll(parts[0].Rows.Select(r => FhirRow.KeyOf(patient, r)).Distinct().Select(k => store.Warm(k, ct)));
        return new HeldRows(patient, parts[0].Rows, parts[1].Rows, parts[2].Rows, parts.Sum(p => p.Bytes));
    }

    /// <summary>Up to where more than one answer's worth was read.</summary>
    public static Task<(List<Item> Rows, long Bytes)> All(
        TenantStore store, PatientId patient, string prefix, Func<Item, long> bytesOf, CancellationToken ct) =>
        All(store, patient, prefix, bytesOf, ExportPatient.BytesMax, ct);

    private static async Task<(List<Item> Rows, long Bytes)> All(
        TenantStore store, PatientId patient, string prefix, Func<Item, long> bytesOf, long bytesMax, CancellationToken ct)
    {
        var (rows, bytes, next) = (new List<Item>(), 0L, (string?)null);
        do
        {
            var page = await store.Query(
                Keys.Patient(patient).Area, prefix, Page<Item>.SizeMax, next, newestFirst: false, ct);
            rows.AddRange(page.Items);
            bytes += page.Items.Sum(bytesOf);
            next = page.NextSort;
        }
        while (next is not null && bytes <= bytesMax);
        return (rows, bytes);
    }
}
