using Clinic.Chart.Findings;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Chart;

public sealed record ToothEntry(EntryId Entry, long Version, DateTimeOffset At, EntryId? Visit, DentalFinding Finding);

/// <param name="Latest">The newest that was found or done.</param>
/// <param name="Standing">All found or done that nothing found or done later replaces, newest first.</param>
/// <param name="Planned">What is planned and neither done nor planned anew, newest first.</param>
public sealed record ToothView(
    int Tooth, ToothEntry? Latest, IReadOnlyList<ToothEntry> Standing, IReadOnlyList<ToothEntry> Planned);

/// <param name="Truncated">She has more dental findings than are looked at; the newest are.</param>
public sealed record DentalChartResponse(IReadOnlyList<ToothView> Teeth, bool Truncated);

/// <summary>The state of each tooth and what is planned for it (CLN-6). One query, however many findings there are.</summary>
public static class ReadDentalChart
{
    internal const int FindingsMax = 1_000;

    internal static async Task<Results<Ok<DentalChartResponse>, ProblemHttpResult>> Handle(
        PatientId patient, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.DentalChartRead, AuditOutcome.Requested) { Patient = patient };
        var disclosed = await store.Disclose(entry, t => Read(store, patient, t), ct);
        return disclosed.Holds(out var chart, out var why) ? TypedResults.Ok(chart) : Problems.From(why);
    }

    private static async Task<DentalChartResponse?> Read(TenantStore store, PatientId patient, CancellationToken ct)
    {
        const ChartKind kind = ChartKind.DentalFinding;
        var head = PatientItem.Read(store, patient, ct);
        var sorts = EntryIds.Sorts(Keys.ChartPrefix(Codes.Of(kind)), null, null);
        var page = RecordPages.Query(store, patient, head, sorts, FindingsMax, null, ct);
        await Task.WhenAll(head, page);
        if (await head is null)
        {
            return null;
        }

        var entries = new List<FindingEntry>();
        foreach (var (of, row) in (await page).Rows.Where(r => !ChartItem.IsRetracted(r.Row)))
        {
            entries.Add(await FindingEntry.Open(store, of, kind, EntryIds.OfSort(row.Key.Sort), row, ct));
        }

        return new DentalChartResponse(Of(entries), (await page).NextSort is not null);
    }

    /// <summary>Pure: by tooth. A treatment replaces its plan and, through it, what it was planned for.</summary>
    internal static IReadOnlyList<ToothView> Of(IEnumerable<FindingEntry> entries) =>
    [
        .. entries.Select(e => new ToothEntry(e.Row.Id, e.Row.Version, e.Body.At, e.Row.Visit, e.Body.Finding.DentalFinding!))
            .GroupBy(e => e.Finding.Tooth).OrderBy(g => g.Key)
            .Select(g => Tooth(g.Key, [.. g.OrderByDescending(e => e.At)])),
    ];

    private static ToothView Tooth(int tooth, IReadOnlyList<ToothEntry> entries)
    {
        var plans = entries.Where(e => e.Finding.State == DentalState.Planned).ToDictionary(e => e.Entry);
        var facts = entries.Where(e => e.Finding.State != DentalState.Planned).ToList();
        var replaced = new HashSet<EntryId>();
        foreach (var fact in facts)
        {
            Replace(fact.Finding.Replaces, plans, replaced);
        }

        var planned = entries.Where(e => plans.ContainsKey(e.Entry) && !replaced.Contains(e.Entry)).ToList();
        var plannedAnew = planned.Select(p => p.Finding.Replaces).ToHashSet();
        return new ToothView(
            tooth, facts.FirstOrDefault(), [.. facts.Where(f => !replaced.Contains(f.Entry))],
            [.. planned.Where(p => !plannedAnew.Contains(p.Entry))]);
    }

    /// <summary>Down the line through plans; no id comes twice, so a line that runs in a circle ends too.</summary>
    private static void Replace(EntryId? next, Dictionary<EntryId, ToothEntry> plans, HashSet<EntryId> replaced)
    {
        while (next is { } id && replaced.Add(id))
        {
            next = plans.TryGetValue(id, out var plan) ? plan.Finding.Replaces : null;
        }
    }
}
