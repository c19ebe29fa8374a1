using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace Clinic.Documents;

/// <summary>
/// The file itself, or a range of it (RFC 9110, 14): at most 4 MiB an answer, of which a large file takes several. Only the
/// segments that an answer touches are opened, and nothing readable is written anywhere. Each answer has its entry in the trail,
/// durable before the first byte.
/// </summary>
public static class ReadDocumentContent
{
    /// <summary>What a function may answer is 6 MB, and bytes go out in base64.</summary>
    public const int AnswerBytesMax = 4 * 1024 * 1024;

    private const int TagBytes = 16;

    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Handle(
        PatientId patient, EntryId document, [FromHeader(Name = "Range")] string? range, HttpContext http, Caller caller,
        TenantStore store, DocumentFiles files, CancellationToken ct)
    {
        var asked = AskedRange.Of(range);
        var condition = http.Request.Headers.IfRange;
        var entry = new AuditEntry(caller, AuditAction.DocumentContentRead, AuditOutcome.Requested) { Patient = patient,
            Subject = Keys.Hex(document.Value), Note = Noted(asked, condition) };
        var disclosed = await store.Disclose(entry, token => DocumentItem.ReadForOne(store, patient, document, token), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        var tag = TagOf(found);
        asked = StringValues.IsNullOrEmpty(condition) || condition == tag ? asked : null;
        var cut = Decide(found) is { } shut ? shut : Cut(found.SizeBytes, asked);
        if (!cut.Holds(out var stretch, out why))
        {
            if (why.Status == StatusCodes.Status416RangeNotSatisfiable)
            {
                http.Response.Headers.ContentRange =
                    string.Create(CultureInfo.InvariantCulture, $"bytes */{found.SizeBytes}");
            }

            await store.Note(entry with { Outcome = AuditOutcome.NothingReleased, Note = why.Code }, ct);
            return Problems.From(why);
        }

        using var cipher = await DocumentItem.Cipher(store, found, ct)
            ?? throw new InvalidOperationException("An available document has no key.");

        // Whole before its first byte: what fails on the way is a 503, not a part of a file that looks like all of it.
        var bytes = await files.Read(caller.Tenant, found, cipher, stretch.From, stretch.Length, ct);
        Describe(http.Response, found, tag, asked is null ? null : stretch);
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

    /// <summary>What one answer holds: the file, or the beginning of what was asked for.</summary>
    internal static Outcome<Stretch> Cut(long sizeBytes, AskedRange? asked) => asked switch
    {
        { } range => range.Within(sizeBytes, AnswerBytesMax) is { } stretch ? stretch : DocumentRefusals.RangeUnsatisfiable,
        null when sizeBytes <= AnswerBytesMax => new Stretch(0, (int)sizeBytes),
        null => DocumentRefusals.RangeRequired with
        {
            More = new JsonObject { ["sizeBytes"] = sizeBytes, ["rangeBytesMax"] = AnswerBytesMax },
        },
    };

    /// <summary>
    /// Strong, for a document's bytes never change. Of id and hash, and not the hash itself: that would tell a known file to
    /// whoever logs headers.
    /// </summary>
    internal static string TagOf(Document document)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"{Keys.Hex(document.Id.Value)} {document.Body.Sha256}"));
        return $"\"{Convert.ToHexStringLower(hash.AsSpan(0, TagBytes))}\"";
    }

    /// <summary>Numbers only. Whether a condition holds is known after the entry: then all may go out.</summary>
    private static string? Noted(AskedRange? asked, StringValues condition) =>
        asked is null ? null : StringValues.IsNullOrEmpty(condition) ? $"{asked}" : $"{asked}, or all";

    private static void Describe(HttpResponse response, Document document, string tag, Stretch? part)
    {
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = tag;
        response.Headers.ContentDisposition = FileNames.Disposition(document.Body.Title, document.Media.Extension);
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.ContentLength = part?.Length ?? document.SizeBytes;
        if (part is { } stretch)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes {stretch.From}-{stretch.Last}/{document.SizeBytes}");
        }
    }
}
