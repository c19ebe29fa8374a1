using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Imports;

/// <summary>
/// Ends an import that nothing moved for a day: the upload that was never started, the parts of one that could not go on. What it
/// wrote into records stays, and so does its report.
/// </summary>
internal static class PurgeImport
{
    public static async Task<Done> Strike(DueClock due, IntakeObjects objects, DateTimeOffset now, CancellationToken ct)
    {
        var import = await ImportItem.Read(due.Store, new ImportId(Guid.ParseExact(due.Subject, "N")), ct);
        if (import is null || import.IsOver)
        {
            return await due.Store.Commit(due.Stop(AuditAction.ImportPurged, "over already"), ct);
        }

        // First the state, so that no worker goes on; a crash after it leaves sealed parts to the bucket's own lifecycle.
        var change = due.Effect(AuditAction.ImportPurged)
            .Replace(
                ImportItem.Write(import.Next(ImportState.Expired) with { EndedAt = now }), import.Version,
                ClockRefusals.NotRunning);
        var commit = await due.Store.Commit(change, ct);
        if (commit.Holds(out _))
        {
            await ImportSteps.DeleteObjects(objects, due.Caller.Tenant, import, ct);
        }

        return commit;
    }
}
