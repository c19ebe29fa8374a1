using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Chart;

/// <summary>A row of a record, and under whose keys it lies: hers, or those of a record that was merged into hers.</summary>
internal sealed record RecordRow(PatientId Of, Item Row);

/// <param name="NextSort">The sort key after which the next page begins; null at the end.</param>
internal sealed record RecordPart(IReadOnlyList<RecordRow> Rows, string? NextSort);

/// <summary>Pages of a patient's record and of those that were merged into it, as one list, newest first.</summary>
internal static class RecordPages
{
    /// <summary>
    /// One query of her own rows beside the read of her head, and only where records were merged into it one more of each of
    /// those: as many for a long record as for a short one.
    /// </summary>
    /// <param name="head">Her head as the caller reads it; where it is null or withheld nothing is returned.</param>
    /// <param name="sorts">As <see cref="EntryIds.Sorts"/> makes them: ids make sort keys of several records one order.</param>
    public static async Task<RecordPart> Query(
        TenantStore store, PatientId patient, Task<Patient?> head, (string Low, string High) sorts, int size, string? from,
        CancellationToken ct)
    {
        var own = Of(store, patient, sorts, size, from, ct);
        await Task.WhenAll(head, own);
        var absorbed = (await head)?.Absorbed ?? [];
        var others = await Task.WhenAll(absorbed.Select(a => Of(store, a, sorts, size, from, ct)));
        return Merge([await own, .. others], size);
    }

    /// <summary>Pure. Where one has more, nothing older than its last row is shown yet.</summary>
    internal static RecordPart Merge(IReadOnlyList<(PatientId Of, Page<Item> Page)> pages, int size)
    {
        if (pages.Count == 1)
        {
            var (of, page) = pages[0];
            return new RecordPart([.. page.Items.Select(i => new RecordRow(of, i))], page.NextSort);
        }

        var floor = pages.Select(p => p.Page.NextSort).Max(StringComparer.Ordinal);
        var all = pages.SelectMany(p => p.Page.Items, (p, row) => new RecordRow(p.Of, row))
            .OrderByDescending(r => r.Row.Key.Sort, StringComparer.Ordinal).ToList();
        var shown = all.Where(r => floor is null || string.CompareOrdinal(r.Row.Key.Sort, floor) >= 0).Take(size).ToList();
        return new RecordPart(
            shown, (floor is not null || all.Count > shown.Count) && shown.Count > 0 ? shown[^1].Row.Key.Sort : null);
    }

    private static async Task<(PatientId Of, Page<Item> Page)> Of(
        TenantStore store, PatientId patient, (string Low, string High) sorts, int size, string? from, CancellationToken ct)
    {
        var page = store.QueryBack(Keys.Patient(patient).Area, sorts, size, from, ct);
        await Task.WhenAll(page, store.Warm(ChartItem.ClinicalKey(patient), ct));
        return (patient, await page);
    }
}
