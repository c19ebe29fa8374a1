using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Imports;

/// <summary>How far an import is, and what it did by type of resource. Refusals and patients are lists of their own.</summary>
/// <param name="RefusalsListed">How many refusals the list names; more are only counted.</param>
/// <param name="Reason">Why it failed as a whole.</param>
public sealed record ImportView(
    ImportId Id, ImportState State, string Source, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    string? Reason,
    IReadOnlyDictionary<string, TypeCount> Types, TypeCount Total, int RefusalsListed);

public sealed record ImportRefusalsResponse(IReadOnlyList<EntryRefusal> Refusals, string? Next);

/// <param name="How"><c>registered</c> by this import, or <c>known</c> before.</param>
public sealed record ImportedPatientView(PatientId Id, string How);

public sealed record ImportedPatientsResponse(IReadOnlyList<ImportedPatientView> Patients, string? Next);

/// <summary>The status of one import.</summary>
public static class ReadImport
{
    internal static async Task<Results<Ok<ImportView>,
        ProblemHttpResult>> Handle(ImportId import, Caller caller, TenantStore store, CancellationToken ct)
    {
        var disclosed = await store.Disclose(
            ImportEntries.Read(caller, import), async token => ViewOf(await ImportItem.Read(store, import, token)), ct);
        return disclosed.Holds(out var view, out var why) ? TypedResults.Ok(view) : Problems.From(why);
    }

    internal static ImportView? ViewOf(Import? import) => import is null
        ? null
        : new ImportView(
            import.Id, import.State, import.Source, import.StartedBy, import.StartedAt, import.EndedAt, import.Reason,
            import.Counts,
            import.Counts.Values.Aggregate(new TypeCount(), Counts.Sum), import.Listed);
}

/// <summary>Which entries were refused: place and reason, never a value.</summary>
public static class ListImportRefusals
{
    internal static async Task<Results<Ok<ImportRefusalsResponse>, ProblemHttpResult>> Handle(
        ImportId import, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var page = await ImportEntries.Page(caller, store, import, Keys.RefusalsPrefix, Page<Item>.SizeDefault, cursor, ct);
        return page.Holds(out var rows, out var why)
            ? TypedResults.Ok(new ImportRefusalsResponse([.. rows.Items.SelectMany(RefusalRow.Read)], rows.NextSort))
            : Problems.From(why);
    }
}

/// <summary>Which patients the import registered or found.</summary>
public static class ListImportedPatients
{
    internal static async Task<Results<Ok<ImportedPatientsResponse>, ProblemHttpResult>> Handle(
        ImportId import, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var page = await ImportEntries.Page(caller, store, import, Keys.ImportedPrefix, Page<Item>.SizeMax, cursor, ct);
        return page.Holds(out var rows, out var why)
            ? TypedResults.Ok(new ImportedPatientsResponse([.. rows.Items.Select(View)], rows.NextSort))
            : Problems.From(why);
    }

    private static ImportedPatientView View(Item row) =>
        new(new PatientId(Guid.ParseExact(row.Key.Sort[Keys.ImportedPrefix.Length..], "N")), row.Need("how"));
}

/// <summary>What the lists of an import share.</summary>
internal static class ImportEntries
{
    public static AuditEntry Read(Caller caller, ImportId import) =>
        new(caller, AuditAction.ImportRead, AuditOutcome.Requested) { Subject = Keys.Hex(import.Value) };

    /// <summary>Rows of the import by prefix; the page's next is a cursor already.</summary>
    public static async Task<Outcome<Page<Item>>> Page(
        Caller caller, TenantStore store, ImportId import, string prefix, int size, string? cursor, CancellationToken ct)
    {
        var query = $"import {import} {prefix}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var from, out var why))
        {
            return why;
        }

        return await store.Disclose<Page<Item>>(
            Read(caller, import),
            async token =>
            {
                var head = ImportItem.Read(store, import, token);
                var rows = store.Query(Keys.Import(import).Area, prefix, size, from.Sort, newestFirst: false, token);
                await Task.WhenAll(head, rows);
                return await head is null ? null
                    : await rows with { NextSort = await Cursors.Write(store, query, (await rows).NextSort, token) };
            },
            ct);
    }
}
