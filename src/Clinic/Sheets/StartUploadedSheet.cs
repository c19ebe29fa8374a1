using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Sheets;

/// <summary>Starts the dry run of a list that was uploaded by ticket. The worker checks size and hash before it reads a byte
/// of it.
/// </summary>
public static class StartUploadedSheet
{
    internal static async Task<Results<Accepted<SheetImportResponse>, ProblemHttpResult>> Handle(
        SheetImportId sheetImport, Caller caller, TenantStore store, IntakeObjects objects, TimeProvider clock,
            CancellationToken ct)
    {
        if (await SheetImportItem.Read(store, sheetImport, ct) is not { } before)
        {
            await SheetActs.NoteAbsent(caller, store, AuditAction.SheetImportStarted, sheetImport, ct);
            return Problems.From(Problems.NotFound);
        }

        var uploaded = before is { State: SheetState.AwaitingUpload, UploadKey: { } key }
            ? await objects.UploadedBytes(caller.Tenant, before.SourceObject, key, ct) : null;
        if (!Decide(before, uploaded).Holds(out var after, out var why))
        {
            return Problems.From(why);
        }

        return await SheetActs.Send(
            caller, store, AuditAction.SheetImportStarted, (before, after), SheetRefusals.NotAwaited, clock.GetUtcNow(), ct);
    }

    internal static Outcome<SheetImport> Decide(SheetImport import, long? uploadedBytes)
    {
        if (import.State != SheetState.AwaitingUpload)
        {
            return SheetRefusals.NotAwaited;
        }

        return uploadedBytes == import.SizeBytes ? import.Next(SheetState.Queued) : SheetRefusals.NotUploaded;
    }
}

/// <summary>What members do to a list that is there: the row goes on, and a message to the worker with it.</summary>
internal static class SheetActs
{
    public static Task NoteAbsent(Caller caller, TenantStore store, AuditAction action, SheetImportId import,
        CancellationToken ct) =>
        store.Note(
            new AuditEntry(caller, action, AuditOutcome.Refused)
            {
                Subject = Keys.Hex(import.Value), Note = Problems.NotFound.Code,
            },
            ct);

    public static async Task<Results<Accepted<SheetImportResponse>, ProblemHttpResult>> Send(
        Caller caller, TenantStore store, AuditAction action, (SheetImport Before, SheetImport After) step, Refusal otherwise,
        DateTimeOffset now, CancellationToken ct, IEnumerable<Item>? also = null)
    {
        var (before, after) = step;
        var response = new SheetImportResponse(after.Id, after.State);
        var clock = SheetImportItem.Clock(after, now);
        var change = Change.By(caller, action, subject: Keys.Hex(after.Id.Value))
            .Replace(SheetImportItem.Write(after), before.Version, otherwise)
            .Publish(Topics.SheetReceived, Keys.Hex(after.Id.Value))
            .Answers(StartSheetImport.AnswerOf(response));
        change = (also ?? []).Aggregate(change, (c, row) => c.Put(row));
        change = before.IsOver ? change.Insert(clock) : change.Replace(clock, Condition.Exists, otherwise);
        var commit = await store.Commit(change, ct);
        return commit.Holds(out var why)
            ? TypedResults.Accepted(StartSheetImport.LocationOf(after.Id), response) : Problems.From(why);
    }
}
