using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Sheets;

/// <summary>How far a list is, and what it did or would do. Refusals, duplicates and patients are lists of their own.</summary>
/// <param name="MappingVersion">By which mapping it was read; 0 is that of a clinic that set none.</param>
/// <param name="FirstRow">As a spreadsheet numbers them; 0 when there is none.</param>
/// <param name="UnknownColumns">Not imported. With their headers until it is over.</param>
/// <param name="RefusalsListed">How many refusals the list names; more are only counted.</param>
/// <param name="Reason">Why it failed as a whole.</param>
public sealed record SheetImportView(
    SheetImportId Id, SheetState State, SheetType Type, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    string? Reason, long MappingVersion, int FirstRow, int LastRow, SheetCounts Counts,
        IReadOnlyList<UnknownColumn> UnknownColumns,
    int RefusalsListed, int DuplicatesListed);

public sealed record SheetRefusalsResponse(IReadOnlyList<SheetRefusal> Refusals, string? Next);

public sealed record SheetDuplicatesResponse(IReadOnlyList<SheetDuplicate> Duplicates, string? Next);

/// <param name="How"><c>registered</c>; after an undo <c>removed</c> or <c>stays</c>.</param>
/// <param name="Why">She stays: <c>changed</c>, <c>has-entries</c> or <c>in-another-list</c>.</param>
public sealed record SheetPatientView(PatientId Id, string How, string? Why);

public sealed record SheetPatientsResponse(IReadOnlyList<SheetPatientView> Patients, string? Next);

/// <summary>The status of one list.</summary>
public static class ReadSheetImport
{
    internal static async Task<Results<Ok<SheetImportView>, ProblemHttpResult>> Handle(
        SheetImportId sheetImport, Caller caller, TenantStore store, CancellationToken ct)
    {
        var disclosed = await store.Disclose(
            SheetLists.Read(caller, sheetImport), async token => ViewOf(await SheetImportItem.Read(store, sheetImport, token)),
                ct);
        return disclosed.Holds(out var view, out var why) ? TypedResults.Ok(view) : Problems.From(why);
    }

    private static SheetImportView? ViewOf(SheetImport? import) => import is null
        ? null
        : new SheetImportView(
            import.Id, import.State, import.Type, import.StartedBy, import.StartedAt, import.EndedAt, import.Reason,
            import.MappingVersion, import.FirstRow, import.LastRow, import.Counts,
            import.Words is { Unknown.Count: > 0 } words ? words.Unknown
                : [.. import.UnknownColumns.Select(c => new UnknownColumn(c, null))],
            import.RefusalsListed, import.DuplicatesListed);
}

/// <summary>Which rows register nobody: row, column and rule, never a value.</summary>
public static class ListSheetRefusals
{
    internal static async Task<Results<Ok<SheetRefusalsResponse>, ProblemHttpResult>> Handle(
        SheetImportId sheetImport, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var page = await SheetLists.Page(caller, store, sheetImport, Keys.RefusalsPrefix, Page<Item>.SizeDefault, cursor, ct);
        return page.Holds(out var rows, out var why)
            ? TypedResults.Ok(new SheetRefusalsResponse([.. rows.Items.SelectMany(SheetRows.Refusals)], rows.NextSort))
            : Problems.From(why);
    }
}

/// <summary>Which rows are likely somebody who is registered, or of an earlier row.</summary>
public static class ListSheetDuplicates
{
    internal static async Task<Results<Ok<SheetDuplicatesResponse>, ProblemHttpResult>> Handle(
        SheetImportId sheetImport, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var page = await SheetLists.Page(
            caller, store, sheetImport, Keys.SheetDuplicatesPrefix, Page<Item>.SizeDefault, cursor, ct);
        return page.Holds(out var rows, out var why)
            ? TypedResults.Ok(new SheetDuplicatesResponse([.. rows.Items.SelectMany(SheetRows.Duplicates)], rows.NextSort))
            : Problems.From(why);
    }
}

/// <summary>Whom the list registered, and after an undo who stays.</summary>
public static class ListSheetPatients
{
    internal static async Task<Results<Ok<SheetPatientsResponse>, ProblemHttpResult>> Handle(
        SheetImportId sheetImport, string? cursor, Caller caller, TenantStore store, CancellationToken ct)
    {
        var page = await SheetLists.Page(caller, store, sheetImport, Keys.SheetPatientPrefix, Page<Item>.SizeMax, cursor, ct);
        return page.Holds(out var rows, out var why)
            ? TypedResults.Ok(new SheetPatientsResponse([.. rows.Items.Select(SheetRows.View)], rows.NextSort))
            : Problems.From(why);
    }
}

/// <summary>What the lists of a report share.</summary>
internal static class SheetLists
{
    public static AuditEntry Read(Caller caller, SheetImportId import) =>
        new(caller, AuditAction.SheetImportRead, AuditOutcome.Requested) { Subject = Keys.Hex(import.Value) };

    /// <summary>Rows of the import by prefix; the page's next is a cursor already.</summary>
    public static async Task<Outcome<Page<Item>>> Page(
        Caller caller, TenantStore store, SheetImportId import, string prefix, int size, string? cursor, CancellationToken ct)
    {
        var query = $"sheet {import} {prefix}";
        if (!(await Cursors.Read(store, query, cursor, ct)).Holds(out var from, out var why))
        {
            return why;
        }

        return await store.Disclose<Page<Item>>(
            Read(caller, import),
            async token =>
            {
                var head = store.Get(Keys.SheetImport(import), token);
                var rows = store.Query(Keys.SheetImport(import).Area, prefix, size, from.Sort, newestFirst: false, token);
                await Task.WhenAll(head, rows);
                return await head is null ? null
                    : await rows with { NextSort = await Cursors.Write(store, query, (await rows).NextSort, token) };
            },
            ct);
    }
}
