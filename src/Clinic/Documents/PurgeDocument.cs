using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Documents;

/// <summary>
/// Ends a document that nobody confirmed within a day: its parts go at once, its row when no ticket is good any more. One that
/// was confirmed and whose check does not end is refused. Strikes once more after the end, for what came in late.
/// </summary>
internal static class PurgeDocument
{
    public static async Task<Done> Strike(DueClock due, DocumentFiles files, DateTimeOffset now, CancellationToken ct)
    {
        var (patient, id) = DocumentItem.OfSubject(due.Subject);
        if (await due.Store.Get(DocumentItem.Place(patient, id), ct) is not { } row)
        {
            return await due.Store.Commit(due.Stop(AuditAction.DocumentPurged, "gone already"), ct);
        }

        var document = DocumentItem.Plain(patient, row);
        var change = Change.By(due.Caller, AuditAction.DocumentPurged, patient, Keys.Hex(id.Value));
        switch (document.State)
        {
            case DocumentState.AwaitingUpload:
                // First the state, so that nobody confirms it; the clock strikes again, whoever dies before the parts are gone.
                change.Noting("never confirmed").Move(document, DocumentState.Expired)
                    .Replace(
                        DocumentItem.Clock(patient, id, now + Durations.DocumentTicketsOver.Length), Condition.Exists,
                        ClockRefusals.NotRunning);
                var expired = await due.Store.Commit(change, ct);

                // Refused: somebody confirmed it in this moment, and the parts are what a worker checks now.
                if (expired.Holds(out _))
                {
                    await files.DeleteUploaded(due.Caller.Tenant, document, ct);
                }

                return expired;
            case DocumentState.Checking:
                change.Noting("check did not end")
                    .Move(document, DocumentState.Clearing, item => item.WithFault(DocumentFault.Unreadable))
                    .Replace(
                        DocumentItem.Clock(patient, id, now + Durations.DocumentUnfinished.Length), Condition.Exists,
                        ClockRefusals.NotRunning)
                    .Publish(Topics.DocumentUploaded, due.Subject);
                return await due.Store.Commit(change, ct);
            case DocumentState.Expired:
                await files.DeleteUploaded(due.Caller.Tenant, document, ct);
                var last = due.Effect(AuditAction.DocumentPurged, Keys.Hex(id.Value));
                return await due.Store.Commit(last.Delete(row.Key, Condition.VersionIs(row.Version)), ct);
            default:
                await files.DeleteUploaded(due.Caller.Tenant, document, ct);
                return await due.Store.Commit(due.Stop(AuditAction.DocumentPurged, "what came late"), ct);
        }
    }
}
