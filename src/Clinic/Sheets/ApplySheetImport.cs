using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Sheets;

/// <param name="Duplicates">Whether rows that are likely somebody else's are left out or registered.</param>
public sealed record ApplySheetImportRequest(SheetDuplicates Duplicates = SheetDuplicates.Skip);

/// <summary>
/// Registers the patients of a list whose dry run is done, by the mapping of that run. Whoever is not registered yet becomes a
/// patient whose consent is pending: a list holds no consent of hers (CON-1).
/// </summary>
public static class ApplySheetImport
{
    internal static async Task<Results<Accepted<SheetImportResponse>, ProblemHttpResult>> Handle(
        SheetImportId sheetImport, ApplySheetImportRequest request, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        if (await SheetImportItem.Read(store, sheetImport, ct) is not { } before)
        {
            await SheetActs.NoteAbsent(caller, store, AuditAction.SheetImportApplied, sheetImport, ct);
            return Problems.From(Problems.NotFound);
        }

        var (_, mapping) = await SheetMappingItem.Read(store, ct);
        if (!Decide(request, before, mapping).Holds(out var after, out var why))
        {
            return Problems.From(why);
        }

        return await SheetActs.Send(
            caller, store, AuditAction.SheetImportApplied, (before, after), SheetRefusals.NotChecked, clock.GetUtcNow(), ct);
    }

    internal static Outcome<SheetImport> Decide(ApplySheetImportRequest request, SheetImport import, long mappingNow)
    {
        if (import.State != SheetState.Checked)
        {
            return SheetRefusals.NotChecked;
        }

        return import.MappingVersion != mappingNow
            ? SheetRefusals.MappingChanged
            : import.Next(import.Parts == 0 ? SheetState.Clearing : SheetState.Applying) with
            {
                Part = 0, Row = 0, Duplicates = request.Duplicates,
            };
    }
}
