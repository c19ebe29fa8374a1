using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Imports;

/// <param name="Sha256">SHA-256 of the file, base64.</param>
/// <param name="Source">As of an import by request.</param>
public sealed record OfferImportUploadRequest(long SizeBytes, string Sha256, string? Source = null);

/// <param name="Headers">To be sent with the PUT exactly so: each is signed.</param>
public sealed record OfferImportUploadResponse(
    ImportId Id, ImportState State, string Method, Uri Url, IReadOnlyDictionary<string, string> Headers,
    DateTimeOffset ExpiresAt);

/// <summary>
/// A ticket to upload a bundle that is too large for a request: the file goes straight to the store, bound to its size and hash.
/// Then the import is started. A ticket that nobody uses is purged with its import.
/// </summary>
public static class OfferImportUpload
{
    private const int Sha256Bytes = 32;

    internal static async Task<Results<Created<OfferImportUploadResponse>, ProblemHttpResult>> Handle(
        OfferImportUploadRequest request, Caller caller, TenantStore store, IntakeObjects objects, TimeProvider clock,
        CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!Decide(request, Id.New<ImportId>(now), caller.Actor, now).Holds(out var import, out var why))
        {
            return Problems.From(why);
        }

        var change = Change.By(caller, AuditAction.ImportUploadOffered, subject: Keys.Hex(import.Id.Value))
            .Insert(ImportItem.Write(import))
            .Insert(ImportItem.Clock(import, now));
        var commit = await store.Commit(change, ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        var ticket = await objects.Offer(
            caller.Tenant, import.SourceObject, import.UploadKey!, Import.FhirJson, import.SizeBytes, import.Sha256!, ct);
        return TypedResults.Created(
            StartImport.LocationOf(import.Id),
            new OfferImportUploadResponse(import.Id, import.State, "PUT", ticket.Url, ticket.Headers, ticket.ExpiresAt));
    }

    internal static Outcome<Import> Decide(OfferImportUploadRequest request, ImportId id, string actor, DateTimeOffset now)
    {
        var hash = new byte[Sha256Bytes + 1];
        var rules = new FieldRules()
            .Need(request.SizeBytes is >= 1 and <= Import.UploadBytesMax, "sizeBytes", $"1 to {Import.UploadBytesMax}")
            .Need(Convert.TryFromBase64String(request.Sha256, hash, out var length) && length == Sha256Bytes, "sha256",
                "a SHA-256 in base64")
            .Need(request.Source is null || Import.IsSource(request.Source), "source",
                "1 to 40 lower-case letters, digits, dots or hyphens");
        return rules.Refusal is { } refusal
            ? refusal
            : Import.New(
                id, request.Source ?? Import.DefaultSource, byUpload: true, request.SizeBytes,
                Convert.ToBase64String(hash.AsSpan(0, Sha256Bytes)), actor, now);
    }
}
