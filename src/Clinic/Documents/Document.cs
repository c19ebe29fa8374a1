using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Documents;

[JsonConverter(typeof(CodeConverter<DocumentKind>))]
public enum DocumentKind
{
    Prescription,
    Report,
    Scan,
    Photo,
    ConsentForm,
    Other,
}

[JsonConverter(typeof(CodeConverter<DocumentState>))]
public enum DocumentState
{
    /// <summary>A ticket was given; nobody said that the file is there.</summary>
    AwaitingUpload,

    /// <summary>The file is there and is looked at, then sealed.</summary>
    Checking,

    /// <summary>Sealed, or refused: what was uploaded is being deleted. Clients are told "checking".</summary>
    Clearing,
    Available,

    /// <summary>Available no more as the newest: another one is its next version.</summary>
    Replaced,
    Refused,

    /// <summary>Entered in error: its content does not go out.</summary>
    Retracted,

    /// <summary>Never confirmed: about to be purged.</summary>
    Expired,
}

/// <summary>Why a file was not taken.</summary>
[JsonConverter(typeof(CodeConverter<DocumentFault>))]
public enum DocumentFault
{
    /// <summary>It is not what it was said to be.</summary>
    TypeMismatch,
    SizeMismatch,
    HashMismatch,
    Malware,

    /// <summary>The scanner could not look into it, so nobody knows.</summary>
    Unscannable,

    /// <summary>What was uploaded is not there any more, or checking it did not end within its time.</summary>
    Unreadable,

    /// <summary>The version that it was to replace was replaced or retracted meanwhile.</summary>
    Superseded,

    /// <summary>Her record was closed meanwhile: consent withdrawn, or erased.</summary>
    PatientClosed,
}

/// <summary>The sealed body of a document's row.</summary>
/// <param name="Sha256">Of the whole file, base64.</param>
/// <param name="Parts">SHA-256 of each part, base64, in order.</param>
public sealed record DocumentBody(string Title, string Sha256, IReadOnlyList<string> Parts);

/// <summary>A document with what its row says about it.</summary>
/// <param name="Media">Extension of its type, see <see cref="DocumentMedia"/>.</param>
/// <param name="Number">Its place in the line of versions, from 1.</param>
/// <param name="First">The first of that line.</param>
/// <param name="Reason">The words with which it was retracted.</param>
internal sealed record Document(
    PatientId Patient, EntryId Id, DocumentState State, long Version, DocumentKind Kind, DocumentMedia Media, long SizeBytes,
    DateTimeOffset MadeAt, DateTimeOffset RecordedAt, string RecordedBy, DocumentBody Body)
{
    /// <summary>As S3 and the gate take it in one piece, with room: the local stand-in cuts off above 11 MiB.</summary>
    public const int PartBytes = 8 * 1024 * 1024;

    /// <summary>A scan of many pages, a short film of a scope, a series of images: what is larger is not a document.</summary>
    public const long BytesMax = 256 * 1024 * 1024;
    public const int TitleLengthMax = 200;

    public EntryId? Visit { get; init; }

    public EntryId? Replaces { get; init; }

    public EntryId? ReplacedBy { get; init; }

    public int Number { get; init; } = 1;

    public EntryId First { get; init; } = Id;

    public MalwareState Malware { get; init; }

    public DocumentFault? Fault { get; init; }

    public string? Reason { get; init; }

    /// <summary>When somebody renamed or retracted it last, and who; as it was recorded when nobody did.</summary>
    public DateTimeOffset ChangedAt { get; init; } = RecordedAt;

    public string ChangedBy { get; init; } = RecordedBy;

    /// <summary>Nothing before it is sealed.</summary>
    public ThumbnailResult Thumbnail { get; init; } = ThumbnailResult.Nothing;

    /// <summary>Pictures of a kind that people look through, in a format that browsers show and the function decodes.</summary>
    public bool MayHaveThumbnail =>
        Kind is DocumentKind.Photo or DocumentKind.Scan && (Media == DocumentMedia.Jpeg || Media == DocumentMedia.Png);

    /// <summary>Under what its parts are uploaded; null as soon as nobody reads what was uploaded any more.</summary>
    public UploadKey? UploadKey { get; init; }

    public int Parts => PartsOf(SizeBytes);

    public bool IsReadable => State is DocumentState.Available or DocumentState.Replaced;

    public static int PartsOf(long sizeBytes) => (int)((sizeBytes + PartBytes - 1) / PartBytes);

    /// <summary>Bytes of one part, counted from 1.</summary>
    public int PartLength(int part) => (int)Math.Min(PartBytes, SizeBytes - ((long)(part - 1) * PartBytes));
}

internal static class DocumentRefusals
{
    public static readonly Refusal NotAwaited = new(409, "document-not-awaited", "No upload of this document is awaited.");
    public static readonly Refusal PartsMissing = new(
        409, "document-parts-missing", "Not all parts of this document are uploaded: ask which, and upload them.");
    public static readonly Refusal NotReady = new(409, "document-not-ready", "This document is not checked yet.");
    public static readonly Refusal Refused = new(409, "document-refused", "This file was not taken: read the document's reason.");
    public static readonly Refusal Retracted = new(409, "document-retracted", "This document was entered in error.");
    public static readonly Refusal RangeRequired = new(
        400, "range-required",
        "This file is larger than the 4 MiB of one answer: ask for it piece by piece with the header Range.");
    public static readonly Refusal RangeUnsatisfiable = new(
        416, "range-not-satisfiable", "The range begins after the end of the file.");
    public static readonly Refusal NotCurrent = new(
        409, "document-not-current", "This takes a document that is available and has no later version.");
    public static readonly Refusal IsPhoto = new(
        409, "document-is-photo", "This is the photo of the patient: name another first, or none.");

    public static readonly Refusal NoThumbnail = new(
        404, "document-without-thumbnail", "This document has no thumbnail: fetch its content.");

    /// <summary>Who, when, and which version there is now. Nothing of what it says.</summary>
    public static Refusal Stale(Document now) => Problems.Stale with
    {
        More = new() { ["version"] = now.Version, ["changedAt"] = now.ChangedAt, ["changedBy"] = now.ChangedBy },
    };
}
