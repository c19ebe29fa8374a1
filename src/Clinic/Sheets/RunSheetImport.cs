using System.Collections.Concurrent;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Sheets;

/// <summary>
/// Carries a list on, step by step, each one transaction that is conditional on the number of the step before. What dies between
/// two steps is taken up by whoever gets the message next; what dies within one has written nothing. When its time is up, it
/// hands
/// over to a message that is in the transaction of its last step.
/// </summary>
internal sealed class RunSheetImport(SheetSteps steps, TimeProvider clock)
{
    /// <summary>Well within a message's invisibility, with room for the step that begins just before.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(25);

    /// <summary>A member may change the same patient at the same moment: then the step looks again.</summary>
    private const int TriesMax = 4;

    /// <summary>Transactions at once: a worker has one core or less.</summary>
    private const int BesideMax = 4;

    public async Task<Done> Handle(Delivery message, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        var id = new SheetImportId(Guid.ParseExact(message.Subject, "N"));
        var import = await SheetImportItem.Read(message.Store, id, ct);
        PlannedRow[]? part = null;
        var tries = 0;
        while (import is { Rests: false })
        {
            var state = await StoreParts.StateOf(message.Store, ct);
            if (state.Status == TenantStatus.Frozen)
            {
                return HeldRefusals.Frozen;
            }

            var handsOver = clock.GetElapsedTime(began) > TimeMax;
            var now = clock.GetUtcNow();
            if (import.State is SheetState.Comparing or SheetState.Applying && part is null)
            {
                part = await steps.Part(message, import, ct);
            }

            var step = await Step(message, import, part, state, now, ct);
            var commit = await Beside(message, step, ct);
            commit = commit.Holds(out _)
                ? await message.Store.Commit(await Change(message, import, step, handsOver, now), ct) : commit;
            if (commit.Holds(out var why))
            {
                if (handsOver || step.After.Rests)
                {
                    return Done.Yes;
                }

                part = step.After.Part == import.Part && step.After.State == import.State ? part : null;
                (import, tries) = (step.After, 0);
            }
            else if (why != Problems.Conflict || ++tries == TriesMax)
            {
                // Somebody else took this step, or nobody could: the message comes again and finds where it stands.
                return why == InboxRefusals.AlreadyDone ? why : DeliveryRefusals.Later;
            }
        }

        return await message.Store.Commit(
            message.Effect(AuditAction.SheetStepDone, subject: message.Subject).Noting("nothing to do"), ct);
    }

    private async Task<SheetStep> Step(
        Delivery message, SheetImport import, PlannedRow[]? part, TenantState state, DateTimeOffset now, CancellationToken ct)
    {
        if (import is { State: SheetState.Comparing, Part: 0, Row: 0 })
        {
            await steps.Forget(message, import, ct);
        }

        return import.State switch
        {
            SheetState.Queued => await steps.Plan(message, import, now, ct),
            SheetState.Splitting => await steps.Split(message, import, now, ct),
            SheetState.Comparing => await RegisterRows.Compare(message, import, part!, state, ct),
            SheetState.Applying => await RegisterRows.Apply(message, import, part!, state, now, ct),
            SheetState.Clearing => await steps.Clear(message, import, now, ct),
            SheetState.Undoing => await UnregisterRows.Next(message, import, now, ct),
            _ => throw new MessageRefusedException("the list was not started"),
        };
    }

    /// <summary>
    /// Rows beside each other. What was written of them when one is refused, or the worker dies, the next attempt finds by its
    /// pointers and counts as its own.
    /// </summary>
    private static async Task<Done> Beside(Delivery message, SheetStep step, CancellationToken ct)
    {
        var refused = new ConcurrentQueue<Refusal>();
        await Parallel.ForEachAsync(
            step.Beside, new ParallelOptions { MaxDegreeOfParallelism = BesideMax, CancellationToken = ct },
            async (rows, token) =>
            {
                var change = Platform.Store.Change.By(message.Caller, AuditAction.PatientImported, null, message.Subject)
                    .Noting($"registered {rows.Patients.Count}").Concerning(rows.Patients);
                if (!(await message.Store.Commit(await rows.Rows(change), token)).Holds(out var why))
                {
                    refused.Enqueue(why);
                }
            });
        return refused.TryPeek(out var first) ? first : Done.Yes;
    }

    private static async Task<Change> Change(
        Delivery message, SheetImport before, SheetStep step, bool handsOver, DateTimeOffset now)
    {
        var ends = handsOver || step.After.Rests;
        var change = ends
            ? message.Effect(step.Action, null, message.Subject)
            : Platform.Store.Change.By(message.Caller, step.Action, null, message.Subject);
        change.Noting(step.Note).Concerning(step.Patients).Replace(SheetImportItem.Write(step.After), before.Version);
        change = step.After.IsOver
            ? change.Delete(SheetImportItem.ClockKey(before.Id))
            : change.Replace(SheetImportItem.Clock(before, now), Condition.Exists, Problems.Stale);
        change = handsOver && !step.After.Rests ? change.Publish(Topics.SheetReceived, message.Subject) : change;
        foreach (var (refusals, page) in step.Refused.Chunk(SheetRows.PerRow).Select((r, i) => (r, i)))
        {
            change.Insert(SheetRows.Refusals(before.Id, step.After.Version, page, refusals));
        }

        if (step.Duplicates.Count > 0)
        {
            change.Insert(SheetRows.Duplicates(before.Id, step.After.Version, [.. step.Duplicates]));
        }

        return await step.Rows(change);
    }
}
