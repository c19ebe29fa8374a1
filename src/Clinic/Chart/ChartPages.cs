using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Chart;

/// <summary>Rows of a part of the record, newest first.</summary>
/// <param name="Next">The id after which the next part begins, as in keys; null at the end.</param>
internal sealed record ChartPart(IReadOnlyList<(PatientId Of, ChartKind Kind, EntryId Id, Item Row)> Rows, string? Next);

/// <summary>Reads parts of one patient's record, and of those that were merged into it.</summary>
internal sealed class ChartPages(TenantStore store, PatientId patient, TimelineSources sources, ChartQuery query)
{
    /// <summary>An answer of Lambda has at most 6 MB: a part of long texts ends before it is full.</summary>
    private const int BytesMax = 2 * 1024 * 1024;

    public TenantStore Store => store;

    public PatientId Patient => patient;

    public Task<ChartPart> Rows(Task<Patient?> head, IReadOnlyList<ChartKind> seen, string? after, CancellationToken ct) =>
        query.IsOfNothing ? Task.FromResult(new ChartPart([], null))
            : query.Kinds.Count == 0 ? OfTimeline(head, seen, after, ct) : OfKinds(head, after, ct);

    /// <summary>Opens what is to be shown, up to what one answer may hold.</summary>
    public async Task<ChartResponse> Show(ChartPart part, CancellationToken ct)
    {
        var (views, bytes, next) = (new List<EntryView>(), 0, part.Next);
        foreach (var (index, (of, kind, id, row)) in part.Rows.Index().Where(r => query.IncludeRetracted
            || !ChartItem.IsRetracted(r.Item.Row)))
        {
            bytes += ChartItem.BodyBytes(row);
            if (bytes > BytesMax && views.Count > 0)
            {
                next = Keys.Hex(part.Rows[index - 1].Id.Value);
                break;
            }

            if (await sources.Show(store, of, kind, id, row, ct) is { } view && query.Holds(view.At)
                && (query.IncludeRetracted || view.Status != ChartItem.EnteredInError))
            {
                views.Add(view with { Patient = of });
            }
        }

        return new ChartResponse(views, await Cursors.Write(store, query.Identity, next, ct));
    }

    /// <summary>All kinds: the timeline, then the rows that it names in one batch.</summary>
    private async Task<ChartPart> OfTimeline(
        Task<Patient?> head, IReadOnlyList<ChartKind> seen, string? after, CancellationToken ct)
    {
        var page = await Query(head, Keys.TimelinePrefix, after, ct);
        var named = page.Rows.Select(r => (r.Of, Entry: TimelineItem.Read(r.Row))).Where(t => seen.Contains(t.Entry.Kind))
            .Select(t => (t.Of, t.Entry.Kind, t.Entry.Id, Key: ChartItem.Place(t.Of, t.Entry.Kind, t.Entry.Id))).ToList();
        var rows = (await store.GetMany([.. named.Select(t => t.Key)], ct)).ToDictionary(r => r.Key);
        return new ChartPart(
            [.. named.Where(t => rows.ContainsKey(t.Key)).Select(t => (t.Of, t.Kind, t.Id, rows[t.Key]))],
            page.NextSort?[Keys.TimelinePrefix.Length..]);
    }

    /// <summary>One query for each kind, merged. Where one has more, nothing older than its last row is shown yet.</summary>
    private async Task<ChartPart> OfKinds(Task<Patient?> head, string? after, CancellationToken ct)
    {
        var pages = await Task.WhenAll(query.Kinds.Select(async k => (Kind: k, Page: await Query(head, Prefix(k), after, ct))));
        var floor = pages.Where(p => p.Page.NextSort is not null).Select(p => p.Page.NextSort![Prefix(p.Kind).Length..])
            .Max(StringComparer.Ordinal);
        var all = pages.SelectMany(
            p => p.Page.Rows, (p, r) => (r.Of, p.Kind, Hex: r.Row.Key.Sort[Prefix(p.Kind).Length..], r.Row))
            .OrderByDescending(r => r.Hex, StringComparer.Ordinal).ToList();
        var shown = all.Where(r => floor is null || string.CompareOrdinal(r.Hex, floor) >= 0).Take(query.Size).ToList();
        var more = floor is not null || all.Count > shown.Count;
        return new ChartPart(
            [.. shown.Select(r => (r.Of, r.Kind, EntryIds.OfSort(r.Row.Key.Sort), r.Row))],
            more && shown.Count > 0 ? shown[^1].Hex : null);
    }

    private Task<RecordPart> Query(Task<Patient?> head, string prefix, string? after, CancellationToken ct) => RecordPages.Query(
        store, patient, head, EntryIds.Sorts(prefix, query.From, query.To), query.Size, after is null ? null : prefix + after,
        ct);

    private static string Prefix(ChartKind kind) => Keys.ChartPrefix(Codes.Of(kind));
}
