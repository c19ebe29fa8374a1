using Clinic.Chart.Findings;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Chart;

public sealed record TrendPoint(EntryId Entry, DateTimeOffset At, decimal Value);

/// <param name="Points">Oldest first, in one unit.</param>
/// <param name="Truncated">There is more before the oldest that was looked at: ask again with "to" at the oldest.</param>
public sealed record TrendResponse(
    VitalMeasure Measure, string Loinc, string Unit, IReadOnlyList<TrendPoint> Points, TrendPoint? Min, TrendPoint? Max,
    TrendPoint? Latest, bool Truncated);

/// <summary>
/// One measure over time (CLN-4), of the newest recordings of vital signs in the window. One query, however many there are.
/// </summary>
public static class ReadTrend
{
    internal const int RecordingsMax = 500;

    internal static async Task<Results<Ok<TrendResponse>, ProblemHttpResult>> Handle(
        PatientId patient, string measure, DateTimeOffset? from, DateTimeOffset? to, Caller caller, TenantStore store,
        CancellationToken ct)
    {
        var known = Enum.GetValues<VitalMeasure>().Where(m => Codes.Of(m) == measure).ToList();
        var rules = new FieldRules().Need(known.Count == 1, "measure", "a measure of vital signs, such as pulse")
            .Need(from is null || to is null || from < to, "from", "before 'to'");
        if (rules.Refusal is { } refusal)
        {
            return Problems.From(refusal);
        }

        var entry = new AuditEntry(caller, AuditAction.VitalSignsTrendRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Note = measure,
        };
        var disclosed = await store.Disclose(entry, t => Read(store, patient, known[0], from, to, t), ct);
        return disclosed.Holds(out var trend, out var why) ? TypedResults.Ok(trend) : Problems.From(why);
    }

    private static async Task<TrendResponse?> Read(
        TenantStore store, PatientId patient, VitalMeasure measure, DateTimeOffset? from, DateTimeOffset? to,
        CancellationToken ct)
    {
        const ChartKind kind = ChartKind.VitalSigns;
        var head = PatientItem.Read(store, patient, ct);
        var sorts = EntryIds.Sorts(Keys.ChartPrefix(Codes.Of(kind)), from, to);
        var page = RecordPages.Query(store, patient, head, sorts, RecordingsMax, null, ct);
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

        return Of(measure, entries.Where(e => (from is null || e.Body.At >= from) && (to is null || e.Body.At < to)),
            (await page).NextSort is not null);
    }

    /// <summary>Pure.</summary>
    internal static TrendResponse Of(VitalMeasure measure, IEnumerable<FindingEntry> entries, bool truncated)
    {
        var row = VitalMeasures.Of(measure);
        var points = (from entry in entries
                      from derived in entry.Body.Derived?.Measures ?? []
                      where derived.Measure == measure
                      orderby entry.Body.At
                      select new TrendPoint(entry.Row.Id, entry.Body.At, derived.Value)).ToList();
        return new TrendResponse(
            measure, row.Loinc, row.Unit, points, points.MinBy(p => p.Value), points.MaxBy(p => p.Value), points.LastOrDefault(),
            truncated);
    }
}
