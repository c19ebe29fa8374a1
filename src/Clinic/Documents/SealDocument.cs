using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Documents;

/// <summary>
/// What becomes of an uploaded document: checked and sealed, then what was uploaded is deleted, then it is available. Each step
/// leaves its state in the row, and may be done twice: whoever dies between two, or beside another, is followed by one who finds
/// the same objects under the same names and key. Only the last step is the message's effect.
/// </summary>
internal sealed class SealDocument(DocumentFiles files, DocumentCheck check, TimeProvider clock)
{
    /// <summary>A version before it, or the patient, may be changed at the same moment: then the step looks again.</summary>
    private const int TriesMax = 4;

    public async Task<Done> Handle(Delivery message, CancellationToken ct)
    {
        var (patient, id) = DocumentItem.OfSubject(message.Subject);
        for (var tries = 0; tries < TriesMax;)
        {
            if (await message.IsFrozen(ct))
            {
                return HeldRefusals.Frozen;
            }

            if (await message.Store.Get(DocumentItem.Place(patient, id), ct) is not { } row)
            {
                return await Nothing(message, patient, ct);
            }

            var document = DocumentItem.Plain(patient, row);
            var done = document.State switch
            {
                DocumentState.Checking => await Check(message, document, ct),
                DocumentState.Clearing => await Finish(message, document, ct),
                _ => await Nothing(message, patient, ct),
            };
            if (done is { } end && (end.Holds(out var why) || why != Problems.Stale))
            {
                return end;
            }

            tries += done is null ? 0 : 1;
        }

        return DeliveryRefusals.Later;
    }

    /// <summary>Null when the next step is to come.</summary>
    private async Task<Done?> Check(Delivery message, Document document, CancellationToken ct)
    {
        var found = await check.Run(message, document, ct);
        if (found is { Fault: null, Malware: MalwareState.Pending })
        {
            return DeliveryRefusals.Later;
        }

        var change = Change.By(message.Caller, AuditAction.DocumentChecked, document.Patient, Keys.Hex(document.Id.Value))
            .Noting(found.Fault is { } fault ? Codes.Of(fault) : Codes.Of(found.Malware))
            .Move(document, DocumentState.Clearing, item => item.WithFault(found.Fault).WithScan(found.Malware)
                .WithThumbnail(found.Thumbnail));
        var commit = await message.Store.Commit(change, ct);
        return commit.Holds(out var why) || why == Problems.Stale ? (Done?)null : commit;
    }

    private async Task<Done?> Finish(Delivery message, Document document, CancellationToken ct)
    {
        await files.DeleteUploaded(message.Caller.Tenant, document, ct);
        if (document.Fault is not null)
        {
            await files.DeleteSealed(message.Caller.Tenant, document, ct);
            return await message.Store.Commit(Refused(message, document), ct);
        }

        var change = message.Effect(AuditAction.DocumentStored, document.Patient, Keys.Hex(document.Id.Value));
        if (document.Replaces is { } replaces)
        {
            var row = await message.Store.Get(DocumentItem.Place(document.Patient, replaces), ct);
            var before = row is null ? null : DocumentItem.Plain(document.Patient, row);
            if (before is not { State: DocumentState.Available })
            {
                return await Turn(message, document, DocumentFault.Superseded, ct);
            }

            document = document with { Number = before.Number + 1, First = before.First };
            change.Move(before, DocumentState.Replaced, item => item.WithNext(document.Id))
                .Delete(Keys.Timeline(document.Patient, before.Id));
        }

        change.Require(Keys.Patient(document.Patient), PatientItem.ReadableOrMerged, Problems.NotFound)
            .Move(document, DocumentState.Available, item => item.WithPlaceInLine(document))
            .Insert(TimelineItem.Write(document.Patient, ChartKind.Document, document.Id))
            .Insert(DocumentItem.InLine(document), Problems.Stale)
            .Put(SweepClock(document));
        var commit = await message.Store.Commit(change, ct);
        return commit.Holds(out var why) || why != Problems.NotFound
            ? commit : await Turn(message, document, DocumentFault.PatientClosed, ct);
    }

    /// <summary>What was sealed is not to be kept after all: the step that follows takes it away.</summary>
    private static async Task<Done?> Turn(Delivery message, Document document, DocumentFault fault, CancellationToken ct)
    {
        var change = Change.By(message.Caller, AuditAction.DocumentChecked, document.Patient, Keys.Hex(document.Id.Value))
            .Noting(Codes.Of(fault))
            .Move(document, DocumentState.Clearing, item => item.WithFault(fault));
        var commit = await message.Store.Commit(change, ct);
        return commit.Holds(out var why) || why == Problems.Stale ? (Done?)null : commit;
    }

    private Change Refused(Delivery message, Document document) =>
        message.Effect(AuditAction.DocumentRefused, document.Patient, Keys.Hex(document.Id.Value))
            .Noting(Codes.Of(document.Fault!.Value))
            .Move(document, DocumentState.Refused)
            .Put(SweepClock(document));

    /// <summary>A ticket that is still good could bring a part once more: what comes late is deleted when no ticket is.</summary>
    private Item SweepClock(Document document) => DocumentItem.Clock(
        document.Patient, document.Id, clock.GetUtcNow() + Durations.DocumentTicketsOver.Length);

    private static async Task<Done> Nothing(Delivery message, PatientId patient, CancellationToken ct) =>
        await message.Store.Commit(message.Effect(AuditAction.DocumentChecked, patient).Noting("nothing to do"), ct);
}
