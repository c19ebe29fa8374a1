using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Records;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Imports;

public sealed record StartImportResponse(ImportId Id, ImportState State);

/// <summary>
/// Takes a FHIR R4 bundle, or NDJSON of resources or bundles: the body is sealed before anything is answered, the worker does the
/// rest. What comes again from the same source is recognised by type and id, so importing twice changes nothing.
/// </summary>
public static class StartImport
{
    /// <param name="source">Where the bundle comes from; tells equal ids of two sources apart. Needed unless all ids are
    /// UUIDs.</param>
    internal static async Task<Results<Accepted<StartImportResponse>, ProblemHttpResult>> Handle(
        string? source, HttpContext http, Caller caller, TenantStore store, IntakeObjects objects, TimeProvider clock,
        CancellationToken ct)
    {
        if (!IsBundleType(http.Request.ContentType))
        {
            return Problems.From(ImportRefusals.MediaType);
        }

        if (await RequestBody.Read(http, Import.BodyBytesMax, ct) is not { } body)
        {
            return Problems.From(ImportRefusals.TooLarge);
        }

        var now = clock.GetUtcNow();
        var decision = Decide(source ?? Import.DefaultSource, body, Id.New<ImportId>(now), caller.Actor, now);
        if (!decision.Holds(out var import, out var why))
        {
            return Problems.From(why);
        }

        await objects.PutSealed(caller.Tenant, import.SourceObject, body, ct);
        var response = new StartImportResponse(import.Id, import.State);
        var location = LocationOf(import.Id);
        var change = Change.By(caller, AuditAction.ImportStarted, subject: Keys.Hex(import.Id.Value))
            .Insert(ImportItem.Write(import))
            .Insert(ImportItem.Clock(import, now))
            .Publish(Topics.ImportReceived, Keys.Hex(import.Id.Value))
            .Answers(
                new Answer(
                202, location, null, JsonSerializer.SerializeToUtf8Bytes(response, ImportsJson.Default.StartImportResponse)));
        var commit = await store.Commit(change, ct);
        if (!commit.Holds(out why))
        {
            await objects.DeleteSealed(caller.Tenant, import.SourceObject, ct);
            return Problems.From(why);
        }

        return TypedResults.Accepted(location, response);
    }

    /// <summary>Pure: the bundle as a whole. What is wrong with an entry of it stands in the report.</summary>
    internal static Outcome<Import> Decide(string source, byte[] body, ImportId id, string actor, DateTimeOffset now)
    {
        if (!Import.IsSource(source))
        {
            return ImportRefusals.Source;
        }

        return BundleReader.Read(body).Holds(out _, out var why)
            ? Import.New(id, source, byUpload: false, body.Length, null, actor, now) : why;
    }

    internal static string LocationOf(ImportId id) => $"/v1/imports/{id}";

    private static bool IsBundleType(string? contentType) =>
        contentType?.Split(';')[0].Trim().ToLowerInvariant()
            is Import.FhirJson or "application/json" or "application/fhir+ndjson" or "application/x-ndjson";
}
