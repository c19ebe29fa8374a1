using Clinic.Chart;
using Clinic.Documents;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Visits;

namespace Clinic.Records.HealthDocuments;

/// <summary>The rows that one health document is made of.</summary>
/// <param name="Rows">What goes into it, its own row first.</param>
internal sealed record HealthDocumentRows(
    Patient Patient, IReadOnlyList<Item> Rows, IReadOnlyList<Item> Addenda, bool IsTooLarge)
{
    /// <summary>Null when there is no such document: what was entered in error makes none.</summary>
    public static async Task<HealthDocumentRows?> Read(
        TenantStore store, PatientId patient, HealthDocumentType type, EntryId id, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var rows = type switch
        {
            HealthDocumentType.OpConsultation => OfVisit(store, patient, id, Keys.ChartRows, ct),
            HealthDocumentType.Prescription => OfVisit(
                store, patient, id, Keys.ChartPrefix(Codes.Of(ChartKind.Medication)), ct),
            HealthDocumentType.Immunization => id.Value == patient.Value ? Immunizations(store, patient, ct) : Nothing(),
            HealthDocumentType.HealthDocument => Single(store, patient, id, [ChartKind.Document], ct),
            HealthDocumentType.Wellness => Single(store, patient, id, [ChartKind.VitalSigns], ct),
            HealthDocumentType.DiagnosticReport => Single(
                store, patient, id, [ChartKind.LabResult, ChartKind.LabReport, ChartKind.ImagingResult], ct),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
        await Task.WhenAll(head, rows, store.Warm(ChartItem.ClinicalKey(patient), ct));
        return await head is { } found && await rows is { } read
            ? new HealthDocumentRows(found, read.Rows, read.Addenda, read.IsTooLarge) : null;
    }

    /// <summary>Whether a row of the record makes a document of its own.</summary>
    public static bool IsCurrent(Item row) => OwnResources.KindOf(row) switch
    {
        ChartKind.Visit => VisitItem.HasBegun(row),
        ChartKind.Document => DocumentItem.StateOf(row) == DocumentState.Available,
        _ => !ChartItem.IsRetracted(row),
    };

    private static async Task<Gathered?> OfVisit(
        TenantStore store, PatientId patient, EntryId id, string prefix, CancellationToken ct)
    {
        var visit = store.Get(VisitItem.Place(patient, id), ct);
        var all = RecordRows.All(store, patient, prefix, r => ChartItem.BodyBytes(r), ct);
        await Task.WhenAll(visit, all);
        if (await visit is not { } row || !IsCurrent(row))
        {
            return null;
        }

        var (found, bytes) = await all;
        var of = found.Where(r => ChartItem.VisitOf(r) == id && IsCurrent(r)).ToList();
        if (of.Count == 0 && prefix != Keys.ChartRows)
        {
            return null;
        }

        var addenda = await Task.WhenAll(of.Where(r => OwnResources.KindOf(r) == ChartKind.Note)
            .Select(r => NoteItem.AddendaRows(store, patient, OwnResources.IdOf(r), ct)));
        return new Gathered([row, .. of], [.. addenda.SelectMany(a => a)], bytes > ExportPatient.BytesMax);
    }

    private static async Task<Gathered?> Immunizations(TenantStore store, PatientId patient, CancellationToken ct)
    {
        var (rows, bytes) = await RecordRows.All(
            store, patient, Keys.ChartPrefix(Codes.Of(ChartKind.Immunization)), r => ChartItem.BodyBytes(r), ct);
        var given = rows.Where(IsCurrent).ToList();
        return given.Count == 0 ? null : new Gathered(given, [], bytes > ExportPatient.BytesMax);
    }

    private static async Task<Gathered?> Single(
        TenantStore store, PatientId patient, EntryId id, ChartKind[] kinds, CancellationToken ct)
    {
        var rows = await store.GetMany([.. kinds.Select(k => ChartItem.Place(patient, k, id))], ct);
        if (rows.FirstOrDefault(IsCurrent) is not { } row)
        {
            return null;
        }

        if (OwnResources.KindOf(row) != ChartKind.LabReport)
        {
            return new Gathered([row], [], false);
        }

        var report = await FindingEntry.Open(store, patient, ChartKind.LabReport, id, row, ct);
        var named = report.Body.Finding.LabReport!.Results ?? [];
        var results = await store.GetMany([.. named.Select(r => ChartItem.Place(patient, ChartKind.LabResult, r))], ct);
        return new Gathered([row, .. results.Where(IsCurrent).OrderBy(r => r.Key.Sort, StringComparer.Ordinal)], [], false);
    }

    private static Task<Gathered?> Nothing() => Task.FromResult<Gathered?>(null);

    private sealed record Gathered(IReadOnlyList<Item> Rows, IReadOnlyList<Item> Addenda, bool IsTooLarge);
}
