using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

/// <summary>
/// The small picture of a photo, under the same rules as the file itself: who may not fetch that sees nothing of this, and each
/// look has its entry. A list says which documents have one, so that nobody asks in vain.
/// </summary>
public static class ReadDocumentThumbnail
{
    private const string Type = "image/jpeg";
    private const int TagBytes = 16;

    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Handle(
        PatientId patient, EntryId document, HttpContext http, Caller caller, TenantStore store, DocumentFiles files,
        CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.DocumentContentRead, AuditOutcome.Requested) { Patient = patient,
            Subject = Keys.Hex(document.Value), Note = "thumbnail" };
        var disclosed = await store.Disclose(entry, token => DocumentItem.ReadForOne(store, patient, document, token), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        if (Decide(found) is { } refusal)
        {
            await store.Note(entry with { Outcome = AuditOutcome.NothingReleased, Note = refusal.Code }, ct);
            return Problems.From(refusal);
        }

        var jpeg = await files.Thumbnail(store, found, ct);
        http.Response.Headers.ETag = TagOf(found);
        http.Response.Headers.ContentDisposition = "inline";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return TypedResults.Bytes(jpeg, Type);
    }

    /// <summary>Null when it may go out.</summary>
    internal static Refusal? Decide(Document document) =>
        ReadDocumentContent.Decide(document)
        ?? (document.Thumbnail.State == ThumbnailState.Made ? null : DocumentRefusals.NoThumbnail);

    /// <summary>Strong: it is made once. Of id and hash, as the file's own tag, and another than that.</summary>
    private static string TagOf(Document document)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"{Keys.Hex(document.Id.Value)} {document.Body.Sha256} thumbnail"));
        return $"\"{Convert.ToHexStringLower(hash.AsSpan(0, TagBytes))}\"";
    }
}
