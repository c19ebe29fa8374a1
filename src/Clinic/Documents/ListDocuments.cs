using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

public sealed record DocumentsResponse(IReadOnlyList<DocumentView> Documents, string? Next);

/// <summary>A patient's documents, by when they were made, newest first; of each line of versions the newest.</summary>
public static class ListDocuments
{
    /// <summary>Looked through for one part of the list: of a rare kind it may hold fewer, and still have a next.</summary>
    private const int RowsMax = 200;

    private static readonly Refusal UnknownKind = Refusal.Invalid(
        [new FieldError("kind", "one of " + string.Join(", ", Codes.All(typeof(DocumentKind))))]);

    /// <param name="kind">Only these.</param>
    internal static async Task<Results<Ok<DocumentsResponse>, ProblemHttpResult>> Handle(
        PatientId patient, string? kind, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        if (kind is not null && !Codes.All(typeof(DocumentKind)).Contains(kind))
        {
            return Problems.From(UnknownKind);
        }

        var query = $"documents {patient} {kind}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var from, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.DocumentsListed, AuditOutcome.Requested) { Patient = patient,
            Note = kind };
        var disclosed = await store.Disclose(entry, token => Read(store, patient, kind, query, from, token), ct);
        return disclosed.Holds(out var documents, out why) ? TypedResults.Ok(documents) : Problems.From(why);
    }

    private static async Task<DocumentsResponse?> Read(
        TenantStore store, PatientId patient, string? kind, string query, CursorPosition from, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var rows = Rows(store, patient, head, kind, from.Sort, ct);
        await Task.WhenAll(head, rows);
        if (await head is null)
        {
            return null;
        }

        var (items, next) = await rows;
        var views = new List<DocumentView>();
        foreach (var (of, item) in items)
        {
            views.Add(DocumentView.Of(await DocumentItem.Open(store, of, item, ct)));
        }

        return new DocumentsResponse(views, await Cursors.Write(store, query, next, ct));
    }

    /// <summary>Kind and state stand plainly, so what is left out is not opened.</summary>
    private static async Task<(List<RecordRow> Items, string? Next)> Rows(
        TenantStore store, PatientId patient, Task<Patient?> head, string? kind, string? from, CancellationToken ct)
    {
        var (items, read) = (new List<RecordRow>(), 0);
        do
        {
            var page = await RecordPages.Query(
                store, patient, head, EntryIds.Sorts(DocumentItem.Prefix, null, null), Page<Item>.SizeDefault, from, ct);
            foreach (var item in page.Rows)
            {
                (from, read) = (item.Row.Key.Sort, read + 1);
                if (IsListed(item.Row, kind))
                {
                    items.Add(item);
                    if (items.Count == Page<Item>.SizeDefault)
                    {
                        return (items, item == page.Rows[^1] ? page.NextSort : from);
                    }
                }
            }

            from = page.NextSort;
        }
        while (from is not null && read < RowsMax);
        return (items, from);
    }

    private static bool IsListed(Item item, string? kind) =>
        item.Need(DocumentItem.State) is var state && state != Codes.Of(DocumentState.Replaced)
        && state != Codes.Of(DocumentState.Expired) && (kind is null || kind == Codes.Of(DocumentItem.KindOf(item)));
}
