using System.Security.Cryptography;
using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Sheets;

/// <summary>What one transaction of a list will say.</summary>
internal sealed record SheetStep(SheetImport After, AuditAction Action, string Note)
{
    /// <summary>Whom it is about.</summary>
    public IReadOnlyList<PatientId> Patients { get; init; } = [];

    public IReadOnlyList<SheetRefusal> Refused { get; init; } = [];

    public IReadOnlyList<SheetDuplicate> Duplicates { get; init; } = [];

    public Func<Change, Task<Change>> Rows { get; init; } = Task.FromResult;

    /// <summary>What is written before it, each in a transaction of its own.</summary>
    public IReadOnlyList<SheetRowsBeside> Beside { get; init; } = [];
}

/// <summary>
/// Patients of a step who do not fit into its transaction. An undo puts a fence up against each of them, so that a worker that
/// was slow cannot register anybody behind it; one fence for all would have them wait for each other.
/// </summary>
internal sealed record SheetRowsBeside(IReadOnlyList<PatientId> Patients, Func<Change, Task<Change>> Rows);

/// <summary>
/// The steps from a file to its dry run. Each looks at what is there and says what to write; what it does outside the transaction
/// (sealed parts put or deleted) may be done again without harm.
/// </summary>
internal sealed class SheetSteps(IntakeObjects objects)
{
    public const int ListedMax = 1000;
    private const int ObjectsAtOnce = 4;

    public async Task<PlannedRow[]> Part(Delivery message, SheetImport import, CancellationToken ct) =>
        JsonSerializer.Deserialize(
        await objects.GetSealed(message.Caller.Tenant, import.PartObject(import.Part), ct), SheetsJson.Default.PlannedRowArray)!;

    /// <summary>Understands the whole, or says why it cannot.</summary>
    public async Task<SheetStep> Plan(Delivery message, SheetImport import, DateTimeOffset now, CancellationToken ct)
    {
        if (!(await Understand(message, import, ct)).Holds(out var plan, out var why))
        {
            await DeleteSource(objects, message.Caller.Tenant, import, ct);
            return Failed(import, why, now);
        }

        var listed = plan.Refused.Take(ListedMax).ToList();
        var after = import.Next(SheetState.Splitting) with
        {
            Parts = plan.Parts,
            FirstRow = plan.FirstRow,
            LastRow = plan.LastRow,
            Counts = new SheetCounts(Rows: plan.Read, Refused: plan.Turned, Masked: plan.Masked),
            RefusalsListed = listed.Count,
            UnknownColumns = [.. plan.Unknown.Select(u => u.Column)],
            Words = import.Words! with { Unknown = plan.Unknown },
        };
        return new SheetStep(after, AuditAction.SheetStepDone, $"read {plan.Read} rows") { Refused = listed };
    }

    /// <summary>The plan is made again rather than kept: it is the same, for the bytes and the day are.</summary>
    public async Task<SheetStep> Split(Delivery message, SheetImport import, DateTimeOffset now, CancellationToken ct)
    {
        if (!(await Understand(message, import, ct)).Holds(out var plan, out var why))
        {
            return Failed(import, why, now);
        }

        await Parallel.ForEachAsync(
            Enumerable.Range(0, plan.Parts),
            new ParallelOptions { MaxDegreeOfParallelism = ObjectsAtOnce, CancellationToken = ct },
            async (part, token) => await objects.PutSealed(
                message.Caller.Tenant, import.PartObject(part),
                JsonSerializer.SerializeToUtf8Bytes(plan.Part(part).ToArray(), SheetsJson.Default.PlannedRowArray), token));
        return new SheetStep(
            import.Next(plan.Parts == 0 ? SheetState.Checked : SheetState.Comparing), AuditAction.SheetStepDone, "split");
    }

    public async Task<SheetStep> Clear(Delivery message, SheetImport import, DateTimeOffset now, CancellationToken ct)
    {
        await DeleteObjects(objects, message.Caller.Tenant, import, ct);
        return new SheetStep(
            import.Next(SheetState.Finished) with { EndedAt = now }, AuditAction.SheetImportFinished, "finished");
    }

    /// <summary>The parts are sealed and committed: what the client sent is not needed any more.</summary>
    public Task Forget(Delivery message, SheetImport import, CancellationToken ct) =>
        DeleteSource(objects, message.Caller.Tenant, import, ct);

    /// <summary>Everything that lay on the way in.</summary>
    internal static async Task DeleteObjects(IntakeObjects objects, TenantId tenant, SheetImport import, CancellationToken ct)
    {
        await DeleteSource(objects, tenant, import, ct);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, import.Parts),
            new ParallelOptions { MaxDegreeOfParallelism = ObjectsAtOnce, CancellationToken = ct },
            async (part, token) => await objects.DeleteSealed(tenant, import.PartObject(part), token));
    }

    private static Task DeleteSource(IntakeObjects objects, TenantId tenant, SheetImport import, CancellationToken ct) =>
        import.ByUpload
            ? objects.DeleteUpload(tenant, import.SourceObject, ct) : objects.DeleteSealed(tenant, import.SourceObject, ct);

    private static SheetStep Failed(SheetImport import, Refusal why, DateTimeOffset now) => new(
        import.Next(SheetState.Failed) with { Reason = why.Code, EndedAt = now }, AuditAction.SheetImportFailed, why.Code);

    private async Task<Outcome<SheetPlan>> Understand(Delivery message, SheetImport import, CancellationToken ct)
    {
        if (!(await Source(message.Caller.Tenant, import, ct)).Holds(out var bytes, out var why)
            || !SheetFile.Read(bytes, import.Type, import.Words!.Sheet).Holds(out var lines, out why))
        {
            return why;
        }

        return SheetPlan.Make(lines, import.Words.Mapping, DateOnly.FromDateTime(import.StartedAt.UtcDateTime));
    }

    private async Task<Outcome<byte[]>> Source(TenantId tenant, SheetImport import, CancellationToken ct)
    {
        if (!import.ByUpload)
        {
            return await objects.GetSealed(tenant, import.SourceObject, ct);
        }

        var uploaded = import.UploadKey is { } key
            ? await objects.GetUpload(tenant, import.SourceObject, key, import.SizeBytes, ct) : null;
        return uploaded is not null && Convert.ToBase64String(SHA256.HashData(uploaded)) == import.Sha256 ? uploaded
            : SheetRefusals.OtherUpload;
    }
}
