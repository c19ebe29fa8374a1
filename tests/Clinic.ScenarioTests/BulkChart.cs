using System.Text.Json.Nodes;
using Clinic.Chart;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>Rows of a record past the Api, as it writes them: many, and those of other capabilities.</summary>
internal static class BulkChart
{
    /// <summary>Rows of one transaction: at most 100 and 4 MB.</summary>
    private const int EntriesOfOne = 40;

    private const int LongReport = 8_000;

    public static async Task<string> Visit(ClinicApp app, SignedUpClinic clinic, string patient, DateTimeOffset at)
    {
        var (store, id) = (Store(app, clinic), EntryIds.New(at));
        var row = new Item(ChartItem.Place(IdOf(patient), ChartKind.Visit, id)).SetVersion(1).Set("st", "open");
        await Commit(store, Change.By(store.Caller, AuditAction.ChartEntryRecorded, IdOf(patient)).Insert(row));
        return id.ToString();
    }

    /// <summary>The first through the Api, the others like it, each an hour older than the one before.</summary>
    public static async Task WriteMany(ClinicApp app, SignedUpClinic clinic, string patient, ChartKind kind, int count)
    {
        var (store, now, id) = (Store(app, clinic), app.Clock.GetUtcNow(), IdOf(patient));
        var first = await First(store, clinic, patient, kind, now);
        foreach (var part in Enumerable.Range(1, count - 1).Chunk(EntriesOfOne))
        {
            var change = Change.By(store.Caller, AuditAction.ChartEntryRecorded, id);
            foreach (var at in part.Select(n => now.AddHours(-n)))
            {
                var entry = EntryIds.New(at);
                change.Insert(new FindingEntry(first.Row with { Id = entry }, first.Body with { At = at }).Write())
                    .Insert(TimelineItem.Write(id, kind, entry));
            }

            await Commit(store, change);
        }
    }

    private static async Task<FindingEntry> First(
        TenantStore store, SignedUpClinic clinic, string patient, ChartKind kind, DateTimeOffset at)
    {
        var path = kind == ChartKind.VitalSigns
            ? await clinic.Owner.Record(patient, "vitalSigns", Charts.VitalSigns(Charts.Word()), at)
            : await clinic.Owner.Record(patient, "imagingResult", LongImaging(), at);
        var (id, entry) = (IdOf(patient), Id.Parse<EntryId>(Charts.IdOf(path)));
        var row = await store.Get(ChartItem.Place(id, kind, entry), CancellationToken.None);
        return await FindingEntry.Open(store, id, kind, entry, row!, CancellationToken.None);
    }

    /// <summary>In a script whose letters take most bytes.</summary>
    private static JsonObject LongImaging() => new()
    {
        ["modality"] = "MR",
        ["status"] = Codes.Of(Clinic.Chart.Findings.ImagingStatus.Final),
        ["report"] = new string('\u0915', LongReport),
    };

    private static async Task Commit(TenantStore store, Change change) =>
        Assert.True((await store.Commit(change, CancellationToken.None)).Holds(out _));

    private static PatientId IdOf(string path) => Id.Parse<PatientId>(path.Split('/')[3]);

    private static TenantStore Store(ClinicApp app, SignedUpClinic clinic) => app.ApiServices
        .GetRequiredService<TenantStores>().For(Caller.System(TenantId.Parse(clinic.Id), "test", "bulk"));
}
