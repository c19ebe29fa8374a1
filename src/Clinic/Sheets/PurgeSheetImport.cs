using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Sheets;

/// <summary>
/// Ends a list that nothing moved for a day: an upload that was never started, a dry run that nobody applied, rows that could not
/// go on. Whom it registered stays, and so does its report.
/// </summary>
internal static class PurgeSheetImport
{
    public static async Task<Done> Strike(DueClock due, IntakeObjects objects, DateTimeOffset now, CancellationToken ct)
    {
        var import = await SheetImportItem.Read(due.Store, new SheetImportId(Guid.ParseExact(due.Subject, "N")), ct);
        if (import is null || import.IsOver)
        {
            return await due.Store.Commit(due.Stop(AuditAction.SheetImportPurged, "over already"), ct);
        }

        // First the state, so that no worker goes on; a crash after it leaves sealed parts to the bucket's own lifecycle.
        var change = due.Effect(AuditAction.SheetImportPurged)
            .Replace(
                SheetImportItem.Write(import.Next(SheetState.Expired) with { EndedAt = now }), import.Version,
                ClockRefusals.NotRunning);
        var commit = await due.Store.Commit(change, ct);
        if (commit.Holds(out _))
        {
            await SheetSteps.DeleteObjects(objects, due.Caller.Tenant, import, ct);
        }

        return commit;
    }
}
