using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Sheets;

public sealed record SheetImportResponse(SheetImportId Id, SheetState State);

/// <summary>
/// Takes a list of patients and starts its dry run: the body is sealed before anything is answered, the worker reads it. Nobody
/// is registered before the list is applied.
/// </summary>
public static class StartSheetImport
{
    /// <param name="sheet">Name of a sheet of the workbook; left out, its first. A text has none.</param>
    internal static async Task<Results<Accepted<SheetImportResponse>, ProblemHttpResult>> Handle(
        string? sheet, HttpContext http, Caller caller, TenantStore store, IntakeObjects objects, TimeProvider clock,
        CancellationToken ct)
    {
        if (SheetFile.TypeOf(http.Request.ContentType) is not { } type)
        {
            return Problems.From(SheetRefusals.MediaType);
        }

        if (await RequestBody.Read(http, SheetImport.BodyBytesMax, ct) is not { } body)
        {
            return Problems.From(SheetRefusals.TooLarge);
        }

        var now = clock.GetUtcNow();
        var mapping = await SheetMappingItem.Read(store, ct);
        if (!Decide(sheet, type, body, Id.New<SheetImportId>(now), mapping, caller.Actor, now).Holds(out var import, out var why))
        {
            return Problems.From(why);
        }

        await objects.PutSealed(caller.Tenant, import.SourceObject, body, ct);
        var response = new SheetImportResponse(import.Id, import.State);
        var change = Change.By(caller, AuditAction.SheetImportStarted, subject: Keys.Hex(import.Id.Value))
            .Insert(SheetImportItem.Write(import))
            .Insert(SheetImportItem.Clock(import, now))
            .Publish(Topics.SheetReceived, Keys.Hex(import.Id.Value))
            .Answers(AnswerOf(response));
        var commit = await store.Commit(change, ct);
        if (!commit.Holds(out why))
        {
            await objects.DeleteSealed(caller.Tenant, import.SourceObject, ct);
            return Problems.From(why);
        }

        return TypedResults.Accepted(LocationOf(import.Id), response);
    }

    /// <summary>
    /// Pure: a text is read here, so that one of which nothing can be read is refused at once. A workbook is unpacked by the
    /// worker alone, which has the memory for it.
    /// </summary>
    internal static Outcome<SheetImport> Decide(
        string? sheet, SheetType type, byte[] body, SheetImportId id, (SheetMappingForm Mapping, long Version) mapping,
        string actor, DateTimeOffset now)
    {
        var rules = new FieldRules().SheetName(sheet, "sheet", type);
        if ((rules.Refusal ?? SheetFile.Unlike(body, type)) is { } refusal)
        {
            return refusal;
        }

        var import = SheetImport.New(id, type, sheet, byUpload: false, body.Length, null, mapping, actor, now);
        if (type == SheetType.Xlsx)
        {
            return import;
        }

        return SheetFile.Read(body, type, sheet).Holds(out var lines, out var why)
            && SheetPlan.Columns(lines, mapping.Mapping).Holds(out _, out why) ? import : why;
    }

    internal static string LocationOf(SheetImportId id) => $"/v1/sheet-imports/{id}";

    internal static Answer AnswerOf(SheetImportResponse response) => new(
        202, LocationOf(response.Id), null, JsonSerializer.SerializeToUtf8Bytes(response,
            SheetsJson.Default.SheetImportResponse));
}
