using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Imports;

/// <summary>
/// Starts an import whose file was uploaded by ticket. The worker checks size and hash before it reads a byte of it.
/// </summary>
public static class StartUploadedImport
{
    internal static async Task<Results<Accepted<StartImportResponse>, ProblemHttpResult>> Handle(
        ImportId import, Caller caller, TenantStore store, IntakeObjects objects, TimeProvider clock, CancellationToken ct)
    {
        if (await ImportItem.ReadWithKey(store, import, ct) is not { } before)
        {
            await store.Note(
                new AuditEntry(
                caller, AuditAction.ImportStarted, AuditOutcome.Refused) { Subject = Keys.Hex(import.Value),
                Note = Problems.NotFound.Code }, ct);
            return Problems.From(Problems.NotFound);
        }

        var uploaded = before.UploadKey is { } key
            ? await objects.UploadedBytes(caller.Tenant, before.SourceObject, key, ct) : null;
        if (!Decide(before, uploaded).Holds(out var after, out var why))
        {
            return Problems.From(why);
        }

        var response = new StartImportResponse(after.Id, after.State);
        var location = StartImport.LocationOf(after.Id);
        var change = Change.By(caller, AuditAction.ImportStarted, subject: Keys.Hex(after.Id.Value))
            .Replace(ImportItem.Write(after), before.Version, ImportRefusals.NotAwaited)
            .Replace(ImportItem.Clock(after, clock.GetUtcNow()), Condition.Exists, Problems.Conflict)
            .Publish(Topics.ImportReceived, Keys.Hex(after.Id.Value))
            .Answers(
                new Answer(
                202, location, null, JsonSerializer.SerializeToUtf8Bytes(response, ImportsJson.Default.StartImportResponse)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? TypedResults.Accepted(location, response) : Problems.From(why);
    }

    internal static Outcome<Import> Decide(Import import, long? uploadedBytes)
    {
        if (import.State != ImportState.AwaitingUpload)
        {
            return ImportRefusals.NotAwaited;
        }

        return uploadedBytes == import.SizeBytes ? import.Next(ImportState.Queued) : ImportRefusals.NotUploaded;
    }
}
