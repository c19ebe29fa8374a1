using System.Security.Cryptography;
using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Exports;

public sealed record StartExportResponse(ExportId Id, ExportState State);

/// <summary>
/// Begins an export of the whole clinic (DSR-8). Its key is drawn with it, beneath a key of the clinic that is destroyed with it,
/// so nothing that it wrote is readable after its time, wherever a copy lies.
/// </summary>
public static class StartExport
{
    internal static async Task<Results<Accepted<StartExportResponse>, ProblemHttpResult>> Handle(
        Caller caller, TenantStore store, KeyMaker keys, TimeProvider clock, CancellationToken ct)
    {
        var (begun, runs) = await ExportItem.ReadTurn(store, ct);
        if (runs && caller.Idempotency is null)
        {
            return await Refused(caller, store, ct);
        }

        var now = clock.GetUtcNow();
        var export = ClinicExport.New(Id.New<ExportId>(now), begun + 1, caller.Actor, now);
        var subject = Keys.Hex(export.Id.Value);
        var response = new StartExportResponse(export.Id, export.State);
        var location = LocationOf(export.Id);
        var contentKey = RandomNumberGenerator.GetBytes(DataKey.LengthBytes);
        var change = Change.By(caller, AuditAction.ClinicExportStarted, subject: subject)
            .With(await keys.DrawTenantKeys(caller.Tenant, [(TenantPurpose.Exports, export.KeyVersion)], ct))
            .TakeTurn(export)
            .Insert(ExportItem.Write(export, contentKey))
            .Insert(new Item(Keys.ExportEntry(export.Id)))
            .Insert(ExportItem.UnfinishedClock(export.Id, now + Durations.ExportUnfinished.Length))
            .Publish(Topics.ExportWalks, subject)
            .Answers(new Answer(
                202, location, null,
                JsonSerializer.SerializeToUtf8Bytes(response, ExportsJson.Default.StartExportResponse)));
        var commit = await store.Commit(change, ct);
        CryptographicOperations.ZeroMemory(contentKey);
        return commit.Holds(out var why) ? TypedResults.Accepted(location, response)
            : why == ExportRefusals.Running ? await Refused(caller, store, ct) : Problems.From(why);
    }

    internal static string LocationOf(ExportId id) => $"/v1/exports/{id}";

    private static async Task<ProblemHttpResult> Refused(Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.ClinicExportStarted, AuditOutcome.Refused);
        await store.Note(entry with { Note = ExportRefusals.Running.Code }, ct);
        return Problems.From(ExportRefusals.Running);
    }
}
