using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Sheets;

/// <param name="Sha256">SHA-256 of the file, base64.</param>
/// <param name="Sheet">Name of a sheet of the workbook; left out, its first. A text has none.</param>
public sealed record OfferSheetUploadRequest(SheetType Type, long SizeBytes, string Sha256, string? Sheet = null);

/// <param name="Headers">To be sent with the PUT exactly so: each is signed.</param>
public sealed record OfferSheetUploadResponse(
    SheetImportId Id, SheetState State, string Method, Uri Url, IReadOnlyDictionary<string, string> Headers,
    DateTimeOffset ExpiresAt);

/// <summary>
/// A ticket to upload a list that is too large for a request, bound to its size and hash. Then the list is started. A ticket that
/// nobody uses is purged.
/// </summary>
public static class OfferSheetUpload
{
    private const int Sha256Bytes = 32;

    internal static async Task<Results<Created<OfferSheetUploadResponse>, ProblemHttpResult>> Handle(
        OfferSheetUploadRequest request, Caller caller, TenantStore store, IntakeObjects objects, TimeProvider clock,
        CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var mapping = await SheetMappingItem.Read(store, ct);
        if (!Decide(request, Id.New<SheetImportId>(now), mapping, caller.Actor, now).Holds(out var import, out var why))
        {
            return Problems.From(why);
        }

        var change = Change.By(caller, AuditAction.SheetUploadOffered, subject: Keys.Hex(import.Id.Value))
            .Insert(SheetImportItem.Write(import))
            .Insert(SheetImportItem.Clock(import, now));
        var commit = await store.Commit(change, ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        var ticket = await objects.Offer(
            caller.Tenant, import.SourceObject, import.UploadKey!, SheetFile.MediaTypeOf(import.Type), import.SizeBytes,
                import.Sha256!,
            ct);
        return TypedResults.Created(
            StartSheetImport.LocationOf(import.Id),
            new OfferSheetUploadResponse(import.Id, import.State, "PUT", ticket.Url, ticket.Headers, ticket.ExpiresAt));
    }

    internal static Outcome<SheetImport> Decide(
        OfferSheetUploadRequest request, SheetImportId id, (SheetMappingForm, long) mapping, string actor, DateTimeOffset now)
    {
        var hash = new byte[Sha256Bytes + 1];
        var rules = new FieldRules()
            .Need(request.SizeBytes is >= 1 and <= SheetImport.UploadBytesMax, "sizeBytes", $"1 to {SheetImport.UploadBytesMax}")
            .Need(Convert.TryFromBase64String(request.Sha256, hash, out var length) && length == Sha256Bytes, "sha256",
                "a SHA-256 in base64")
            .SheetName(request.Sheet, "sheet", request.Type);
        return rules.Refusal is { } refusal
            ? refusal
            : SheetImport.New(
                id, request.Type, request.Sheet, byUpload: true, request.SizeBytes,
                Convert.ToBase64String(hash.AsSpan(0, Sha256Bytes)), mapping, actor, now);
    }
}
