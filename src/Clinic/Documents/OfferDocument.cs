using System.Security.Cryptography;
using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Documents;

/// <param name="At">When it was made, not when it was sent in.</param>
/// <param name="ContentType">One of application/pdf, image/jpeg, image/png, image/tiff, application/dicom, text/plain.</param>
/// <param name="Sha256">SHA-256 of the file, base64.</param>
/// <param name="PartsSha256">Above 8 MiB: SHA-256 of each part of 8 MiB, in order, base64.</param>
/// <param name="Replaces">The document whose next version this is.</param>
public sealed record OfferDocumentRequest(
    DocumentKind Kind, string Title, DateTimeOffset At, string ContentType, long SizeBytes, string Sha256,
    IReadOnlyList<string>? PartsSha256 = null, EntryId? Visit = null, EntryId? Replaces = null);

/// <summary>Where one part is to be put.</summary>
/// <param name="Part">Its number, from 1.</param>
/// <param name="Headers">To be sent with the PUT exactly so: each is signed.</param>
public sealed record DocumentPartTicket(
    int Part, long SizeBytes, string Method, Uri Url, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);

public sealed record OfferDocumentResponse(
    EntryId Id, PatientId Patient, DocumentState State, IReadOnlyList<DocumentPartTicket> Parts);

/// <summary>
/// A ticket to upload a document: the file goes straight to the store, up to 8 MiB in one piece, above that in parts, each bound
/// to its size and hash. A ticket that nobody uses is purged with its document after a day.
/// </summary>
public static class OfferDocument
{
    private const int Sha256Bytes = 32;

    /// <summary>A clock in a clinic may be ahead of ours.</summary>
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(1);

    internal static async Task<Results<Created<OfferDocumentResponse>, ProblemHttpResult>> Handle(
        PatientId patient, OfferDocumentRequest request, Caller caller, TenantStore store, DocumentFiles files,
        TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!Decide(request, patient, caller.Actor, now).Holds(out var document, out var why))
        {
            return Problems.From(why);
        }

        var carried = await Anew.Carry(() => Carry(store, document, now, ct));
        if (!carried.Holds(out document, out why))
        {
            return Problems.From(why);
        }

        return TypedResults.Created(
            $"/v1/patients/{patient}/documents/{document.Id}",
            new OfferDocumentResponse(
                document.Id, patient, document.State,
                await OfferDocumentParts.Tickets(files, caller.Tenant, document, Enumerable.Range(1, document.Parts), ct)));
    }

    private static async Task<Outcome<Document>> Carry(
        TenantStore store, Document document, DateTimeOffset now, CancellationToken ct)
    {
        var patient = document.Patient;
        var entry = new AuditEntry(store.Caller, AuditAction.PatientRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Note = "to add a document",
        };
        var disclosed = await store.Disclose(entry, token => PatientItem.Read(store, patient, token), ct);
        if (!disclosed.Holds(out _, out var why))
        {
            return why;
        }

        var change = Change.By(store.Caller, AuditAction.DocumentOffered, patient, Keys.Hex(document.Id.Value));
        var commit = await store.Commit(Write(change, document, now), ct);
        return commit.Holds(out why) ? document : why;
    }

    internal static Change Write(Change change, Document document, DateTimeOffset now)
    {
        change.Require(Keys.Patient(document.Patient), PatientItem.Readable, Problems.Conflict)
            .Insert(DocumentItem.Write(document, RandomNumberGenerator.GetBytes(DataKey.LengthBytes)))
            .Insert(DocumentItem.Clock(document.Patient, document.Id, now + Durations.DocumentUnfinished.Length));
        if (document.Replaces is { } replaces)
        {
            change.Require(
                DocumentItem.Place(document.Patient, replaces),
                Condition.Is(DocumentItem.State, Codes.Of(DocumentState.Available)), DocumentRefusals.NotCurrent);
        }

        return document.Visit is { } visit
            ? change.Require(
                Keys.Chart(document.Patient, Codes.Of(ChartKind.Visit), visit), Condition.Exists, ChartRefusals.VisitUnknown)
            : change;
    }

    /// <summary>Pure but for its id, which holds when the document was made and random bits, and its upload key.</summary>
    internal static Outcome<Document> Decide(OfferDocumentRequest request, PatientId patient, string actor, DateTimeOffset now)
    {
        var isMedia = DocumentMedia.TryOf(request.ContentType, out var media);
        var isSize = request.SizeBytes is >= 1 and <= Document.BytesMax;
        var parts = request.PartsSha256 ?? [request.Sha256];
        var rules = new FieldRules()
            .Text(request.Title, "title", Document.TitleLengthMax)
            .Need(request.At <= now + AheadMax, "at", "not in the future")
            .Need(isMedia, "contentType", "one of " + string.Join(", ", DocumentMedia.All.Select(m => m.Type)))
            .Need(isSize, "sizeBytes", $"1 to {Document.BytesMax}")
            .Need(IsHash(request.Sha256), "sha256", "a SHA-256 in base64")
            .Need(!isSize || (parts.Count == Document.PartsOf(request.SizeBytes) && parts.All(IsHash)), "partsSha256",
                $"a SHA-256 in base64 of each part of {Document.PartBytes} bytes; needed above one part")
            .Need(parts.Count != 1 || parts[0] == request.Sha256, "partsSha256", "that of the file, when there is one part");
        return rules.Refusal is { } refusal
            ? refusal
            : new Document(
                patient, EntryIds.New(request.At), DocumentState.AwaitingUpload, 1, request.Kind, media!, request.SizeBytes,
                request.At, now, actor, new DocumentBody(request.Title.Trim(), request.Sha256, parts))
            {
                Visit = request.Visit,
                Replaces = request.Replaces,
                UploadKey = UploadKey.New(),
            };
    }

    /// <summary>One spelling only: it is compared as text, and signed into the ticket.</summary>
    private static bool IsHash(string text)
    {
        var bytes = new byte[Sha256Bytes + 1];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == Sha256Bytes
            && Convert.ToBase64String(bytes.AsSpan(0, length)) == text;
    }
}
