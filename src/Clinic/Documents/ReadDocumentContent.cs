using System.Security.Cryptography;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

/// <summary>
/// The file itself. Up to 4 MiB it is the answer; a larger one is opened into a bucket, and the answer says where it can be
/// fetched for a minute (303). The entry in the trail is durable before the first byte, and before the address.
/// </summary>
public static class ReadDocumentContent
{
    /// <summary>What a function may answer is 6 MB, and bytes go out in base64.</summary>
    public const int AnswerBytesMax = 4 * 1024 * 1024;

    /// <summary>To begin in; what has begun goes on.</summary>
    internal static readonly TimeSpan LinkLife = TimeSpan.FromSeconds(60);
    private const int CopyNameBytes = 16;

    internal static async Task<Results<PushStreamHttpResult, StatusCodeHttpResult, ProblemHttpResult>> Handle(
        PatientId patient, EntryId document, HttpContext http, Caller caller, TenantStore store, DocumentFiles files,
        CallBudget budget, TimeProvider clock, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.DocumentContentRead, AuditOutcome.Requested) { Patient = patient,
            Subject = Keys.Hex(document.Value) };
        var disclosed = await store.Disclose(entry, token => DocumentItem.Read(store, patient, document, token), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        if (Decide(found) is { } refusal)
        {
            await store.Note(entry with { Outcome = AuditOutcome.NothingReleased, Note = refusal.Code }, ct);
            return Problems.From(refusal);
        }

        using var cipher = await DocumentItem.Cipher(store, found, ct)
            ?? throw new InvalidOperationException("An available document has no key.");
        if (found.SizeBytes > AnswerBytesMax)
        {
            RequestBudget.Extend(http, budget.LargeAnswer);
            var link = await Link(found, caller, store, files, cipher, clock.GetUtcNow(), ct);
            if (!link.Holds(out var url, out why))
            {
                return Problems.From(why);
            }

            http.Response.Headers.Location = url.AbsoluteUri;
            return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
        }

        // Whole before its first byte: what fails on the way is a 503, not a part of a file that looks like all of it.
        var bytes = await files.Whole(caller.Tenant, found, cipher, ct);
        http.Response.Headers.ContentDisposition = FileNames.Disposition(found.Body.Title, found.Media.Extension);
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Response.ContentLength = bytes.Length;
        return TypedResults.Stream(body => body.WriteAsync(bytes, ct).AsTask(), found.Media.Type);
    }

    /// <summary>Null when it may go out.</summary>
    internal static Refusal? Decide(Document document) =>
        document.State switch
        {
            DocumentState.Retracted => DocumentRefusals.Retracted,
            DocumentState.Refused => DocumentRefusals.Refused,
            _ when !document.IsReadable => DocumentRefusals.NotReady,
            _ => document.Malware is MalwareState.NotScanned or MalwareState.Clean ? null : DocumentRefusals.Refused,
        };

    /// <summary>The clock that takes the copy away is set before there is anything to take.</summary>
    private static async Task<Outcome<Uri>> Link(
        Document document, Caller caller, TenantStore store, DocumentFiles files, SegmentCipher cipher, DateTimeOffset now,
        CancellationToken ct)
    {
        var copy = RandomNumberGenerator.GetHexString(2 * CopyNameBytes, lowercase: true);
        var name = FileNames.Disposition(document.Body.Title, document.Media.Extension);
        var upload = await files.BeginCopy(caller.Tenant, copy, document, name, ct);
        var change = Change.By(caller, AuditAction.DocumentCopied, document.Patient, Keys.Hex(document.Id.Value))
            .Insert(DownloadClock.Start(copy, upload, now + Durations.DocumentDownload.Length));
        var commit = await store.Commit(change, ct);
        if (!commit.Holds(out var why))
        {
            return why;
        }

        await files.WriteCopy(caller.Tenant, copy, upload, document, cipher, ct);
        return await files.LinkCopy(caller.Tenant, copy, LinkLife, ct);
    }
}
