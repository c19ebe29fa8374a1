using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Records;

/// <summary>
/// All of one patient's health record as a FHIR R4 collection (DSR-4): every kept resource in the very bytes in which it came
/// (but for Aadhaar numbers, which were never kept), what the clinic wrote itself, and our own Patient resource where she was
/// registered or amended here; or the same as a page to read. The entry in the trail is durable before the first byte.
/// </summary>
public static class ExportPatient
{
    public const string ContentType = "application/fhir+json";

    /// <summary>What a function may answer is 6 MB, with every quote and line break of it escaped.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    private const string Page = "text/html";

    private static readonly Refusal UnknownFormat = Refusal.Invalid([new FieldError("format", "fhir or html")]);

    /// <param name="format">fhir or html; without it, by Accept.</param>
    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Handle(
        PatientId patient, string? format, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        if (format is not (null or "fhir" or "html"))
        {
            return Problems.From(UnknownFormat);
        }

        var isPage = format is null ? PrefersPage(http.Request) : format == "html";
        var gathered = await Gather(patient, isPage ? "html" : null, caller, store, ct);
        if (!gathered.Holds(out var record, out var why))
        {
            return Problems.From(why);
        }

        // Whole before its first byte: what fails on the way is a 503, not a part of a record that looks like all of it.
        var now = clock.GetUtcNow();
        var bytes = isPage ? RecordPage.Write(record, now) : record.ToJson(now);
        if (isPage)
        {
            http.Response.Headers.ContentSecurityPolicy = RecordPage.Policy;
        }

        return TypedResults.Stream(body => body.WriteAsync(bytes, ct).AsTask(), isPage ? RecordPage.ContentType : ContentType);
    }

    /// <summary>All of her record, once its entry stands in the trail.</summary>
    /// <param name="form">In which form it goes out, for the entry; null is the bundle.</param>
    internal static async Task<Outcome<RecordBundle>> Gather(
        PatientId patient, string? form, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.PatientExported, AuditOutcome.Requested)
        {
            Patient = patient,
            Note = form,
        };
        var disclosed = await store.Disclose(entry, token => RecordRows.Read(store, patient, BytesMax, token), ct);
        if (!disclosed.Holds(out var rows, out var why))
        {
            return why;
        }

        var written = await RecordBundle.Write(store, rows, BytesMax, ct);
        if (!written.Holds(out _, out why))
        {
            await store.Note(entry with { Outcome = AuditOutcome.NothingReleased, Note = why.Code }, ct);
        }

        return written;
    }

    /// <summary>
    /// A browser names the page and takes anything else for want of it; a program asks for JSON, or for nothing.
    /// </summary>
    private static bool PrefersPage(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return accepted.Any(a => a.MediaType.Equals(Page, StringComparison.OrdinalIgnoreCase) && a.Quality is not 0)
            && !accepted.Any(a => a.MediaType.Value?.EndsWith("json", StringComparison.OrdinalIgnoreCase) is true);
    }
}
