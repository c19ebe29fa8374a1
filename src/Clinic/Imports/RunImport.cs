using System.Security.Cryptography;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Imports;

/// <summary>
/// Carries an import on, step by step, each one transaction that is conditional on the number of the step before. What dies between two
/// steps is taken up by whoever gets the message next; what dies within one has written nothing. When its time is up, it hands
/// over to a message that is in the transaction of its last step.
/// </summary>
internal sealed class RunImport(IntakeObjects objects, ApplyEntries apply, TimeProvider clock)
{
    /// <summary>Well within a message's invisibility, with room for the step that begins just before.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(25);

    /// <summary>Another import may write the same patient's rows at the same moment: then the step looks again.</summary>
    private const int TriesMax = 4;
    private const int ListedMax = 1000;
    private const int RefusalsPerRow = 200;

    public async Task<Done> Handle(Delivery message, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        var id = new ImportId(Guid.ParseExact(message.Subject, "N"));
        var import = await ImportItem.Read(message.Store, id, ct);
        IReadOnlyList<PartEntry>? part = null;
        var tries = 0;
        while (import is { IsOver: false })
        {
            var handsOver = clock.GetElapsedTime(began) > TimeMax;
            var now = clock.GetUtcNow();
            part ??= import.State == ImportState.Applying
                ? ImportPart.Read(await objects.GetSealed(message.Caller.Tenant, import.PartObject(import.Part), ct))
                : null;
            var step = import.State switch
            {
                ImportState.Queued => await Plan(message, import, now, ct),
                ImportState.Splitting => await Split(message, import, now, ct),
                ImportState.Applying => await Apply(message, import, part!, now, ct),
                ImportState.Clearing => await Clear(message, import, now, ct),
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

        return await message.Store.Commit(message.Effect(AuditAction.ImportStepDone, subject: message.Subject).Noting("nothing to do"), ct);
    }

    private static async Task<Change> Change(Delivery message, Import before, Step step, bool handsOver, DateTimeOffset now)
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

    /// <summary>Understands the whole, or says why it cannot; the report then has what was read and what is refused already.</summary>
    private async Task<Step> Plan(Delivery message, Import import, DateTimeOffset now, CancellationToken ct)
    {
        var source = await Source(message.Caller.Tenant, import, ct);
        if (!source.Holds(out var bundle, out var why) || !BundlePlan.Make(bundle, import.Source, Day(import)).Holds(out var plan, out why))
        {
            await objects.Delete(message.Caller.Tenant, import.SourceObject, ct);
            return new Step(import.Next(ImportState.Failed) with { Reason = why.Code, EndedAt = now }, AuditAction.ImportFailed, why.Code);
        }

        var listed = plan.Refused.Take(ListedMax).ToList();
        var after = import.Next(ImportState.Splitting) with { Parts = plan.Parts.Count, Counts = plan.Counts, Listed = listed.Count };
        return new Step(after, AuditAction.ImportStepDone, $"planned in {plan.Parts.Count} parts") { Refused = listed };
    }

    /// <summary>The plan is made again rather than kept: it is the same, for the bytes and the day are.</summary>
    private async Task<Step> Split(Delivery message, Import import, DateTimeOffset now, CancellationToken ct)
    {
        var source = await Source(message.Caller.Tenant, import, ct);
        if (!source.Holds(out var bundle, out var why) || !BundlePlan.Make(bundle, import.Source, Day(import)).Holds(out var plan, out why))
        {
            return new Step(import.Next(ImportState.Failed) with { Reason = why.Code, EndedAt = now }, AuditAction.ImportFailed, why.Code);
        }

        var numbered = plan.Parts.Select((p, i) => (Part: p, Number: i));
        await Parallel.ForEachAsync(numbered, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = ct }, async (cut, token) =>
        {
            var entries = plan.Entries.Skip(cut.Part.First).Take(cut.Part.Count);
            await objects.PutSealed(message.Caller.Tenant, import.PartObject(cut.Number), ImportPart.Write(entries, bundle), token);
        });
        var next = plan.Parts.Count == 0 ? ImportState.Clearing : ImportState.Applying;
        return new Step(import.Next(next), AuditAction.ImportStepDone, "split");
    }

    private async Task<Step> Apply(Delivery message, Import import, IReadOnlyList<PartEntry> part, DateTimeOffset now, CancellationToken ct)
    {
        if (import is { Part: 0, Entry: 0 })
        {
            // The parts are sealed and committed: what the client sent is not needed any more.
            await objects.Delete(message.Caller.Tenant, import.SourceObject, ct);
        }

        var applied = await apply.Next(message.Store, import, part, import.Entry, now, ct);
        var partEnds = import.Entry + applied.Taken == part.Count;
        var isLast = partEnds && import.Part + 1 == import.Parts;
        var listed = applied.Refused.Take(ListedMax - import.Listed).ToList();
        var after = import.Next(isLast ? ImportState.Clearing : ImportState.Applying) with
        {
            Part = partEnds ? import.Part + 1 : import.Part,
            Entry = partEnds ? 0 : import.Entry + applied.Taken,
            Counts = Counts.Sum(import.Counts, applied.Counts),
            Listed = import.Listed + listed.Count,
        };
        var sum = applied.Counts.Values.Aggregate(new TypeCount(), Counts.Sum);
        var note = $"kept {sum.Kept} versioned {sum.Versioned} unchanged {sum.Unchanged} refused {sum.Refused}";
        return new Step(after, applied.Action, note) { Patient = applied.Patient, Refused = listed, Rows = applied.Rows };
    }

    private async Task<Step> Clear(Delivery message, Import import, DateTimeOffset now, CancellationToken ct)
    {
        await DeleteObjects(objects, message.Caller.Tenant, import, ct);
        return new Step(import.Next(ImportState.Finished) with { EndedAt = now }, AuditAction.ImportFinished, "finished");
    }

    /// <summary>Everything that lay on the way in.</summary>
    internal static async Task DeleteObjects(IntakeObjects objects, TenantId tenant, Import import, CancellationToken ct)
    {
        await objects.Delete(tenant, import.SourceObject, ct);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, import.Parts), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = ct },
            async (part, token) => await objects.Delete(tenant, import.PartObject(part), token));
    }

    private async Task<Outcome<byte[]>> Source(TenantId tenant, Import import, CancellationToken ct)
    {
        if (!import.ByUpload)
        {
            return await objects.GetSealed(tenant, import.SourceObject, ct);
        }

        var uploaded = await objects.GetUpload(tenant, import.SourceObject, import.SizeBytes, ct);
        return uploaded is not null && Convert.ToBase64String(SHA256.HashData(uploaded)) == import.Sha256 ? uploaded : ImportRefusals.OtherUpload;
    }

    private static DateOnly Day(Import import) => DateOnly.FromDateTime(import.StartedAt.UtcDateTime);

    /// <summary>What one transaction will say.</summary>
    private sealed record Step(Import After, AuditAction Action, string Note)
    {
        public PatientId? Patient { get; init; }

        public IReadOnlyList<EntryRefusal> Refused { get; init; } = [];

        public Func<Change, Task<Change>> Rows { get; init; } = Task.FromResult;
    }
}
