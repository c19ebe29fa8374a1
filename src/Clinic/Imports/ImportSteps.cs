using System.Security.Cryptography;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Imports;

/// <summary>What one transaction of an import will say.</summary>
internal sealed record ImportStep(Import After, AuditAction Action, string Note)
{
    public PatientId? Patient { get; init; }

    public IReadOnlyList<EntryRefusal> Refused { get; init; } = [];

    public Func<Change, Task<Change>> Rows { get; init; } = Task.FromResult;
}

/// <summary>
/// The steps of an import. Each looks at what is there and says what to write; what it does outside the transaction (sealed parts
/// put or deleted) may be done again without harm.
/// </summary>
internal sealed class ImportSteps(IntakeObjects objects, ApplyEntries apply)
{
    private const int ListedMax = 1000;
    private const int ObjectsAtOnce = 4;

    public async Task<IReadOnlyList<PartEntry>> Part(Delivery message, Import import, CancellationToken ct) =>
        ImportPart.Read(await objects.GetSealed(message.Caller.Tenant, import.PartObject(import.Part), ct));

    /// <summary>
    /// Understands the whole, or says why it cannot; the report then has what was read and what is refused already.
    /// </summary>
    public async Task<ImportStep> Plan(Delivery message, Import import, DateTimeOffset now, CancellationToken ct)
    {
        var source = await Source(message.Caller.Tenant, import, ct);
        if (!source.Holds(out var bundle, out var why) || !BundlePlan.Make(bundle, import.Source, Day(import))
            .Holds(out var plan, out why))
        {
            await DeleteSource(objects, message.Caller.Tenant, import, ct);
            return new ImportStep(
                import.Next(ImportState.Failed) with { Reason = why.Code, EndedAt = now }, AuditAction.ImportFailed, why.Code);
        }

        var listed = plan.Refused.Take(ListedMax).ToList();
        var after = import.Next(
            ImportState.Splitting) with { Parts = plan.Parts.Count, Counts = plan.Counts, Listed = listed.Count };
        return new ImportStep(after, AuditAction.ImportStepDone, $"planned in {plan.Parts.Count} parts") { Refused = listed };
    }

    /// <summary>The plan is made again rather than kept: it is the same, for the bytes and the day are.</summary>
    public async Task<ImportStep> Split(Delivery message, Import import, DateTimeOffset now, CancellationToken ct)
    {
        var source = await Source(message.Caller.Tenant, import, ct);
        if (!source.Holds(out var bundle, out var why) || !BundlePlan.Make(bundle, import.Source, Day(import))
            .Holds(out var plan, out why))
        {
            return new ImportStep(
                import.Next(ImportState.Failed) with { Reason = why.Code, EndedAt = now }, AuditAction.ImportFailed, why.Code);
        }

        var numbered = plan.Parts.Select((p, i) => (Part: p, Number: i));
        await Parallel.ForEachAsync(
            numbered, new ParallelOptions { MaxDegreeOfParallelism = ObjectsAtOnce, CancellationToken = ct },
            async (cut, token) =>
        {
            var entries = plan.Entries.Skip(cut.Part.First).Take(cut.Part.Count);
            await objects.PutSealed(
                message.Caller.Tenant, import.PartObject(cut.Number), ImportPart.Write(entries, bundle), token);
        });
        var next = plan.Parts.Count == 0 ? ImportState.Clearing : ImportState.Applying;
        return new ImportStep(import.Next(next), AuditAction.ImportStepDone, "split");
    }

    public async Task<ImportStep> Apply(
        Delivery message, Import import, IReadOnlyList<PartEntry> part, DateTimeOffset now, CancellationToken ct)
    {
        if (import is { Part: 0, Entry: 0 })
        {
            // The parts are sealed and committed: what the client sent is not needed any more.
            await DeleteSource(objects, message.Caller.Tenant, import, ct);
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
        return new ImportStep(after, applied.Action, note) { Patient = applied.Patient, Refused = listed, Rows = applied.Rows };
    }

    public async Task<ImportStep> Clear(Delivery message, Import import, DateTimeOffset now, CancellationToken ct)
    {
        await DeleteObjects(objects, message.Caller.Tenant, import, ct);
        return new ImportStep(import.Next(ImportState.Finished) with { EndedAt = now }, AuditAction.ImportFinished, "finished");
    }

    /// <summary>Everything that lay on the way in.</summary>
    internal static async Task DeleteObjects(IntakeObjects objects, TenantId tenant, Import import, CancellationToken ct)
    {
        await DeleteSource(objects, tenant, import, ct);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, import.Parts),
            new ParallelOptions { MaxDegreeOfParallelism = ObjectsAtOnce, CancellationToken = ct },
            async (part, token) => await objects.DeleteSealed(tenant, import.PartObject(part), token));
    }

    private static Task DeleteSource(IntakeObjects objects, TenantId tenant, Import import, CancellationToken ct) =>
        import.ByUpload
            ? objects.DeleteUpload(tenant, import.SourceObject, ct) : objects.DeleteSealed(tenant, import.SourceObject, ct);

    private async Task<Outcome<byte[]>> Source(TenantId tenant, Import import, CancellationToken ct)
    {
        if (!import.ByUpload)
        {
            return await objects.GetSealed(tenant, import.SourceObject, ct);
        }

        var uploaded = import.UploadKey is { } key
            ? await objects.GetUpload(tenant, import.SourceObject, key, import.SizeBytes, ct) : null;
        return uploaded is not null && Convert.ToBase64String(SHA256.HashData(uploaded)) == import.Sha256 ? uploaded
            : ImportRefusals.OtherUpload;
    }

    private static DateOnly Day(Import import) => DateOnly.FromDateTime(import.StartedAt.UtcDateTime);
}
