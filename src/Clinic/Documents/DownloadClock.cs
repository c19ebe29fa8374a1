using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Documents;

/// <summary>Takes the readable copy of a large document away, a few minutes after its address was given out.</summary>
internal static class DownloadClock
{
    private const string Upload = "up";

    public static Item Start(string copy, string upload, DateTimeOffset due) =>
        ClockRow.Start(Durations.DocumentDownload.Name, copy, due).Set(Upload, upload);

    public static async Task<Done> Strike(DueClock due, DocumentFiles files, CancellationToken ct)
    {
        if (await due.Store.Get(due.Place, ct) is not { } row)
        {
            return ClockRefusals.NotRunning;
        }

        // First the copy, then the clock: who dies between is followed by another strike.
        await files.DeleteCopy(due.Caller.Tenant, due.Subject, row.Need(Upload), ct);
        return await due.Store.Commit(due.Effect(AuditAction.DocumentCopyPurged), ct);
    }
}
