using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Exports;

/// <param name="Token">Of the link in the mail.</param>
public sealed record OpenExportRequest(string Token);

/// <param name="Until">Until then this session may fetch the files.</param>
public sealed record OpenExportResponse(DateTimeOffset Until);

/// <summary>
/// Uses the link of a finished export: once, by the owner to whom it was sent, for the session that she is signed in with.
/// Neither the link alone nor the session alone opens anything.
/// </summary>
public static class OpenExport
{
    internal static async Task<Results<Ok<OpenExportResponse>, ProblemHttpResult>> Handle(
        ExportId export, OpenExportRequest request, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await ExportItem.Read(store, export, ct) is not { } found)
        {
            return await Refused(export, Problems.NotFound, caller, store, ct);
        }

        if (!SessionToken.TryParse(request.Token, out var token) || token.Tenant != caller.Tenant)
        {
            return await Refused(export, ExportRefusals.UnknownLink, caller, store, ct);
        }

        var place = ExportLinkItem.PlaceOf(token);
        var link = await store.Get(place, ct);
        if (found.State != ExportState.Finished || link is null || !ExportLinkItem.Admits(link, export, caller, now))
        {
            // Who sends it twice under one key is answered as before.
            return caller.Idempotency is { } claim && await claim.Earlier is not null
                ? Problems.From(IdempotencyRefusals.Replayed)
                : await Refused(export, ExportRefusals.UnknownLink, caller, store, ct);
        }

        var response = new OpenExportResponse(now + Durations.ExportOpen.Length);
        var change = Change.By(caller, AuditAction.ClinicExportOpened, subject: Keys.Hex(export.Value))
            .Delete(place, Condition.Exists, ExportRefusals.UnknownLink)
            .Require(Keys.Export(export), Condition.VersionIs(found.Version), ExportRefusals.UnknownLink)
            .Put(ExportLinkItem.Opening(export, caller.Session!.Value, response.Until))
            .Answers(new Answer(
                200, null, null, JsonSerializer.SerializeToUtf8Bytes(response, ExportsJson.Default.OpenExportResponse)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out var why) ? TypedResults.Ok(response) : Problems.From(why);
    }

    private static async Task<ProblemHttpResult> Refused(
        ExportId export, Refusal why, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.ClinicExportOpened, AuditOutcome.Refused)
        {
            Subject = Keys.Hex(export.Value),
            Note = why.Code,
        };
        await store.Note(entry, ct);
        return Problems.From(why);
    }
}

/// <summary>
/// Sends the owner who asks another link: the one before is used, lost or over, and an hour was not enough.
/// </summary>
public static class SendLink
{
    internal static async Task<Results<Accepted, ProblemHttpResult>> Handle(
        ExportId export, Caller caller, TenantStore store, CancellationToken ct)
    {
        var subject = Keys.Hex(export.Value);
        var entry = new AuditEntry(caller, AuditAction.ClinicExportLinkAsked, AuditOutcome.Refused) { Subject = subject };
        if (await ExportItem.Read(store, export, ct) is not { } found)
        {
            await store.Note(entry with { Note = Problems.NotFound.Code }, ct);
            return Problems.From(Problems.NotFound);
        }

        if (found.State != ExportState.Finished)
        {
            await store.Note(entry with { Note = ExportRefusals.NotFinished.Code }, ct);
            return Problems.From(ExportRefusals.NotFinished);
        }

        var change = Change.By(caller, AuditAction.ClinicExportLinkAsked, subject: subject)
            .Require(Keys.Export(export), Condition.VersionIs(found.Version), ExportRefusals.NotFinished)
            .Publish(Topics.ExportReady, SendExportLink.Subject(export, caller.Actor))
            .Answers(new Answer(202, StartExport.LocationOf(export), null, []));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out var why) ? TypedResults.Accepted(StartExport.LocationOf(export)) : Problems.From(why);
    }
}
