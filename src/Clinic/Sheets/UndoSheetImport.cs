using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Sheets;

/// <summary>
/// Takes a whole list back: each patient whom it registered and nobody worked with since is erased, keys and all. Who was worked
/// with stays, and the report names her.
/// </summary>
public static class UndoSheetImport
{
    internal static async Task<Results<Accepted<SheetImportResponse>, ProblemHttpResult>> Handle(
        SheetImportId sheetImport, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        if (await SheetImportItem.Read(store, sheetImport, ct) is not { } before)
        {
            await SheetActs.NoteAbsent(caller, store, AuditAction.SheetUndoStarted, sheetImport, ct);
            return Problems.From(Problems.NotFound);
        }

        if (!Decide(before).Holds(out var after, out var why))
        {
            return Problems.From(why);
        }

        var fences = Enumerable.Range(0, RegisterRows.RowsMax).Select(n => new Item(Keys.SheetFence(sheetImport, n)));
        return await SheetActs.Send(
            caller, store, AuditAction.SheetUndoStarted, (before, after), SheetRefusals.NotApplied, clock.GetUtcNow(), ct,
            fences);
    }

    internal static Outcome<SheetImport> Decide(SheetImport import) => import.IsUndoable
        ? import.Next(SheetState.Undoing) with { Undo = null, EndedAt = null } : SheetRefusals.NotApplied;
}
