using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Records.HealthDocuments;

/// <param name="At">When what it is about happened.</param>
public sealed record HealthDocumentView(HealthDocumentType Type, EntryId Id, string Title, DateTimeOffset At);

/// <param name="Next">Gives the next part; absent at the end. A part may hold none, and still have a next.</param>
public sealed record HealthDocumentsResponse(IReadOnlyList<HealthDocumentView> Documents, string? Next);

/// <summary>
/// Which health documents a record makes, by when what they are about happened, newest first; the immunizations, which are one
/// document, stand at the head of the first part. Nothing is opened for it: kinds and states stand plainly.
/// </summary>
public static class ListHealthDocuments
{
    private static readonly Dictionary<ChartKind, HealthDocumentType> Types = new()
    {
        [ChartKind.Visit] = HealthDocumentType.OpConsultation,
        [ChartKind.VitalSigns] = HealthDocumentType.Wellness,
        [ChartKind.LabResult] = HealthDocumentType.DiagnosticReport,
        [ChartKind.LabReport] = HealthDocumentType.DiagnosticReport,
        [ChartKind.ImagingResult] = HealthDocumentType.DiagnosticReport,
        [ChartKind.Document] = HealthDocumentType.HealthDocument,
    };

    internal static async Task<Results<Ok<HealthDocumentsResponse>, ProblemHttpResult>> Handle(
        PatientId patient, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var query = $"health-documents {patient}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var position, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.HealthDocumentsListed, AuditOutcome.Requested) { Patient = patient };
        var disclosed = await store.Disclose(entry, token => Read(store, patient, query, position.Sort, token), ct);
        return disclosed.Holds(out var list, out why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    private static async Task<HealthDocumentsResponse?> Read(
        TenantStore store, PatientId patient, string query, string? from, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var page = store.Query(
            Keys.Patient(patient).Area, Keys.TimelinePrefix, Page<Item>.SizeDefault, from, newestFirst: true, ct);
        var medications = Of(store, patient, ChartKind.Medication, ct);
        var immunizations = from is null ? Of(store, patient, ChartKind.Immunization, ct) : Task.FromResult<List<Item>>([]);
        await Task.WhenAll(head, page, medications, immunizations);
        if (await head is null)
        {
            return null;
        }

        var prescribed = (await medications).Select(ChartItem.VisitOf).ToHashSet();
        var places = (await page).Items.Select(TimelineItem.Read).Where(t => Types.ContainsKey(t.Kind))
            .Select(t => ChartItem.Place(patient, t.Kind, t.Id)).ToList();
        var rows = (await store.GetMany(places, ct)).Where(HealthDocumentRows.IsCurrent).ToDictionary(r => r.Key);
        List<HealthDocumentView> views = [.. (await immunizations).TakeLast(1).Select(last => View(
            HealthDocumentType.Immunization, new EntryId(patient.Value), OwnResources.IdOf(last)))];
        foreach (var row in places.Where(rows.ContainsKey).Select(p => rows[p]))
        {
            var (kind, id) = (OwnResources.KindOf(row), OwnResources.IdOf(row));
            views.Add(View(Types[kind], id, id));
            if (kind == ChartKind.Visit && prescribed.Contains(id))
            {
                views.Add(View(HealthDocumentType.Prescription, id, id));
            }
        }

        return new HealthDocumentsResponse(views, await Cursors.Write(store, query, (await page).NextSort, ct));
    }

    private static async Task<List<Item>> Of(TenantStore store, PatientId patient, ChartKind kind, CancellationToken ct)
    {
        var (rows, _) = await RecordRows.All(
            store, patient, Keys.ChartPrefix(Codes.Of(kind)), r => ChartItem.BodyBytes(r), ct);
        return [.. rows.Where(HealthDocumentRows.IsCurrent)];
    }

    private static HealthDocumentView View(HealthDocumentType type, EntryId id, EntryId at) =>
        new(type, id, HealthDocumentForm.Of(type).Title, EntryIds.At(at));
}
