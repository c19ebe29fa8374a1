using System.Security.Cryptography;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Exports;

/// <summary>What one step did: the export after it, and the files that it wrote.</summary>
internal sealed record ExportStep(ClinicExport After, IReadOnlyList<ExportFile> Files)
{
    public ExportStep(ClinicExport after, params ExportFile[] files)
        : this(after.With(files), (IReadOnlyList<ExportFile>)files)
    {
    }
}

/// <summary>
/// Carries an export on, step by step, each one transaction that is conditional on the number of the step before. A step first
/// writes its files, under a name of its own, and then names them in its transaction: what dies in between leaves a ciphertext
/// that nobody names. When its time is up, it hands over to a message that is in the transaction of its last step.
/// </summary>
internal sealed class RunExport(ExportSteps steps, TimeProvider clock)
{
    /// <summary>Well within a message's invisibility, with room for the step that begins just before.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(25);

    public async Task<Done> Handle(Delivery message, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        var id = new ExportId(Guid.ParseExact(message.Subject, "N"));
        var export = await ExportItem.Read(message.Store, id, ct);
        if (export is null or { IsRunning: false })
        {
            return await Nothing(message, ct);
        }

        byte[] contentKey;
        try
        {
            contentKey = await ExportItem.ContentKey(message.Store, id, ct);
        }
        catch (KeyGoneException)
        {
            return await Nothing(message, ct);
        }

        try
        {
            return await Walk(message, export, contentKey, began, ct);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    private async Task<Done> Walk(
        Delivery message, ClinicExport export, byte[] contentKey, long began, CancellationToken ct)
    {
        while (true)
        {
            if (await message.IsFrozen(ct))
            {
                return HeldRefusals.Frozen;
            }

            var handsOver = clock.GetElapsedTime(began) > TimeMax;
            var now = clock.GetUtcNow();
            var taken = await steps.Take(message, export, contentKey, now, ct);
            var change = taken.Holds(out var step, out var why)
                ? Change(message, export, step, handsOver, now)
                : message.Effect(AuditAction.ClinicExportFailed, subject: message.Subject).Noting(why.Code)
                    .End(export, ExportState.Failed, now, why.Code);
            var commit = await message.Store.Commit(change, ct);
            if (!commit.Holds(out var refused))
            {
                // Somebody else took this step, or ended the export: the message comes again and finds where it stands.
                return refused == InboxRefusals.AlreadyDone ? refused : DeliveryRefusals.Later;
            }

            if (step is null || handsOver || !step.After.IsRunning)
            {
                return Done.Yes;
            }

            export = step.After;
        }
    }

    private static Change Change(Delivery message, ClinicExport before, ExportStep step, bool handsOver, DateTimeOffset now)
    {
        var isLast = !step.After.IsRunning;
        var action = isLast ? AuditAction.ClinicExportFinished : AuditAction.ClinicExportStepDone;
        var change = isLast || handsOver
            ? message.Effect(action, subject: message.Subject)
            : Platform.Store.Change.By(message.Caller, action, subject: message.Subject);
        change.Noting(before.Phase.ToString()).Move(before, step.After);
        foreach (var file in step.Files)
        {
            change.Insert(ExportFileItem.Write(before.Id, file));
        }

        if (isLast)
        {
            return change.GiveTurn(before)
                .Delete(ExportItem.UnfinishedClock(before.Id, now).Key)
                .Insert(ExportItem.KeptClock(before.Id, now + Durations.ExportKept.Length))
                .Publish(Topics.ExportReady, SendExportLink.Subject(before.Id, before.StartedBy));
        }

        change.Replace(
            ExportItem.UnfinishedClock(before.Id, now + Durations.ExportUnfinished.Length), Condition.Exists, Problems.Stale);
        return handsOver ? change.Publish(Topics.ExportWalks, message.Subject) : change;
    }

    private static Task<Done> Nothing(Delivery message, CancellationToken ct) => message.Store.Commit(
        message.Effect(AuditAction.ClinicExportStepDone, subject: message.Subject).Noting("nothing to do"), ct);
}
