using System.Globalization;
using System.Security.Cryptography;
using Clinic.Documents;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Clinic.Exports;

/// <summary>
/// A file of an export, or a range of it: at most 4 MiB an answer, to a session that used the link. Each answer has its entry in
/// the trail, durable before the first byte. A range is of the file as it is for ever: files of an export do not change.
/// </summary>
public static class ReadExportFile
{
    private const int TagLength = 32;

    /// <summary>What is known before anything may go out.</summary>
    private sealed record Found(ClinicExport Export, bool IsOpen, ExportFile? File);

    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Handle(
        ExportId export, string name, [FromHeader(Name = "Range")] string? range, HttpContext http, Caller caller,
        TenantStore store, ExportFiles files, TimeProvider clock, CancellationToken ct)
    {
        var asked = AskedRange.Of(range);
        var entry = new AuditEntry(caller, AuditAction.ClinicExportFileRead, AuditOutcome.Requested)
        {
            Subject = Keys.Hex(export.Value),
            Note = ExportFile.IsName(name) ? $"{name} {asked}".TrimEnd() : null,
        };
        var disclosed = await store.Disclose(entry, t => Find(export, name, store, clock.GetUtcNow(), t), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        var shut = Decide(found.Export, found.IsOpen);
        var cut = shut is { } refusal ? refusal
            : found.File is null ? Problems.NotFound : ReadDocumentContent.Cut(found.File.SizeBytes, asked);
        if (!cut.Holds(out var stretch, out why))
        {
            if (why.Status == StatusCodes.Status416RangeNotSatisfiable)
            {
                http.Response.Headers.ContentRange = $"bytes */{found.File!.SizeBytes}";
            }

            await store.Note(entry with { Outcome = AuditOutcome.NothingReleased, Note = why.Code }, ct);
            return Problems.From(why);
        }

        var contentKey = await ExportItem.ContentKey(store, export, ct);
        var bytes = await files.Read(caller.Tenant, export, contentKey, found.File!, stretch.From, stretch.Length, ct);
        CryptographicOperations.ZeroMemory(contentKey);
        Describe(http.Response, found.File!, asked is null ? null : stretch);
        return TypedResults.Stream(body => body.WriteAsync(bytes, ct).AsTask(), found.File!.ContentType);
    }

    /// <summary>Null when files may go out to this session.</summary>
    internal static Refusal? Decide(ClinicExport export, bool isOpen) =>
        export.State != ExportState.Finished ? ExportRefusals.NotFinished : isOpen ? null : ExportRefusals.NotOpened;

    private static async Task<Found?> Find(
        ExportId export, string name, TenantStore store, DateTimeOffset now, CancellationToken ct)
    {
        if (await ExportItem.Read(store, export, ct) is not { } found)
        {
            return null;
        }

        var opening = store.Caller.Session is { } session
            ? await store.Get(Keys.ExportOpening(export, session), ct) : null;
        var isOpen = ExportLinkItem.IsOpen(opening, now);
        var row = isOpen && found.State == ExportState.Finished && ExportFile.IsName(name)
            ? await store.Get(Keys.ExportFile(export, name), ct) : null;
        return new Found(found, isOpen, row is null ? null : await ExportFileItem.Open(store, row, ct));
    }

    private static void Describe(HttpResponse response, ExportFile file, Stretch? part)
    {
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = $"\"{file.Body.Sha256[..TagLength]}\"";
        response.Headers.ContentDisposition = $"attachment; filename=\"{file.Name}\"";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.ContentLength = part?.Length ?? file.SizeBytes;
        if (part is { } stretch)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes {stretch.From}-{stretch.Last}/{file.SizeBytes}");
        }
    }
}
