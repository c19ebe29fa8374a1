using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Imports;

/// <summary>
/// Carries an import on, step by step, each one transaction that is conditional on the number of the step before. What dies
/// between two steps is taken up by whoever gets the message next; what dies within one has written nothing. When its time is up,
/// it hands over to a message that is in the transaction of its last step.
/// </summary>
internal sealed class RunImport(ImportSteps steps, TimeProvider clock)
{
    /// <summary>Well within a message's invisibility, with room for the step that begins just before.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(25);

    /// <summary>Another import may write the same patient's rows at the same moment: then the step looks again.</summary>
    private const int TriesMax = 4;
    private const int RefusalsPerRow = 200;

    public async Task<Done> Handle(Delivery message, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        var id = new ImportId(Guid.ParseExact(message.Subject, "N"));
        var import = await ImportItem.ReadWithKey(message.Store, id, ct);
        IReadOnlyList<PartEntry>? part = null;
        var tries = 0;
        while (import is { IsOver: false })
        {
            if (await message.IsFrozen(ct))
            {
                return HeldRefusals.Frozen;
            }

            var handsOver = clock.GetElapsedTime(began) > TimeMax;
            var now = clock.GetUtcNow();
            part ??= import.State == ImportState.Applying ? await steps.Part(message, import, ct) : null;
            var step = import.State switch
            {
                ImportState.Queued => await steps.Plan(message, import, now, ct),
                ImportState.Splitting => await steps.Split(message, import, now, ct),
                ImportState.Applying => await steps.Apply(message, import, part!, now, ct),
                ImportState.Clearing => await steps.Clear(message, import, now, ct),
                _ => throw new MessageRefusedException("the import was not started"),
            };
            var commit = await message.Store.Commit(await Change(message, import, step, handsOver, now), ct);
            if (commit.Holds(out var why))
            {
                if (handsOver || step.After.IsOver)
                {
                    return Done.Yes;
                }

                part = step.After.Part == import.Part ? part : null;
                (import, tries) = (step.After, 0);
            }
            else if (why != Problems.Conflict || ++tries == TriesMax)
            {
                // Somebody else took this step, or nobody could: the message comes again and finds where it stands.
                return why == InboxRefusals.AlreadyDone ? why : DeliveryRefusals.Later;
            }
        }

        return await message.Store.Commit(
            message.Effect(AuditAction.ImportStepDone, subject: message.Subject).Noting("nothing to do"), ct);
    }

    private static async Task<Change> Change(Delivery message, Import before, ImportStep step, bool handsOver, DateTimeOffset now)
    {
        var ends = handsOver || step.After.IsOver;
        var change = ends
            ? message.Effect(step.Action, step.Patient, message.Subject)
            : Platform.Store.Change.By(message.Caller, step.Action, step.Patient, message.Subject);
        change.Noting(step.Note).Replace(ImportItem.Write(step.After), before.Version);
        change = step.After.IsOver
            ? change.Delete(ImportItem.ClockKey(before.Id))
            : change.Replace(ImportItem.Clock(before, now), Condition.Exists, Problems.Stale);
        change = handsOver && !step.After.IsOver ? change.Publish(Topics.ImportReceived, message.Subject) : change;
        foreach (var (refusals, page) in step.Refused.Chunk(RefusalsPerRow).Select((r, i) => (r, i)))
        {
            change.Insert(RefusalRow.Write(before.Id, step.After.Version, page, refusals));
        }

        return await step.Rows(change);
    }
}
