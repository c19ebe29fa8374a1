using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

/// <summary>The line of versions that a document belongs to, newest first; any of them may be asked for.</summary>
public static class ListDocumentVersions
{
    internal static async Task<Results<Ok<DocumentsResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId document, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var query = $"document versions {patient} {document}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.DocumentsListed, AuditOutcome.Requested) { Patient = patient,
            Subject = Keys.Hex(document.Value), Note = "versions" };
        var disclosed = await store.Disclose(entry, token => Read(store, patient, document, query, from, token), ct);
        return disclosed.Holds(out var versions, out why) ? TypedResults.Ok(versions) : Problems.From(why);
    }

    private static async Task<DocumentsResponse?> Read(
        TenantStore store, PatientId patient, EntryId id, string query, CursorPosition from, CancellationToken ct)
    {
        if (await DocumentItem.ReadForOne(store, patient, id, ct) is not { } asked)
        {
            return null;
        }

        var line = await store.Query(
            Keys.Patient(patient).Area, Keys.ChartVersionPrefix(DocumentItem.ChartCode, asked.First), Page<Item>.SizeDefault,
            from.Sort, newestFirst: true, ct);
        var rows = await store.GetMany([.. line.Items.Select(r => DocumentItem.Place(patient, DocumentItem.IdInLine(r)))], ct);
        var views = new List<DocumentView>();
        foreach (var row in rows)
        {
            views.Add(DocumentView.Of(await DocumentItem.Open(store, patient, row, ct)));
        }

        return new DocumentsResponse(
            [.. views.OrderByDescending(v => v.Number)], await Cursors.Write(store, query, line.NextSort, ct));
    }
}
