using System.Text.Json;
using Clinic.Chart;
using Clinic.Platform.Access;
using Clinic.Platform.Http;

namespace Clinic.Documents;

/// <param name="At">When it was made.</param>
/// <param name="State">As far as a client goes on by it: what is cleared away is still being checked.</param>
/// <param name="Fault">Why it was refused.</param>
/// <param name="Number">Its place in the line of versions, from 1.</param>
/// <param name="Replaces">The version before.</param>
/// <param name="ReplacedBy">The version after.</param>
/// <param name="Retraction">The words with which it was retracted.</param>
/// <param name="Version">For If-Match.</param>
/// <param name="Thumbnail">Whether there is a small picture to fetch.</param>
/// <param name="ThumbnailFault">Why a picture has none.</param>
/// <param name="Patient">Under whose path it is read by itself: of a merged record another than the list's.</param>
public sealed record DocumentView(
    EntryId Id, DocumentKind Kind, string Title, DateTimeOffset At, string ContentType, long SizeBytes, string Sha256,
    DocumentState State, MalwareState Malware, int Number, DateTimeOffset RecordedAt, string RecordedBy, long Version,
    DocumentFault? Fault = null, EntryId? Visit = null, EntryId? Replaces = null, EntryId? ReplacedBy = null,
    string? Retraction = null, ThumbnailState Thumbnail = ThumbnailState.None, ThumbnailFault? ThumbnailFault = null,
    PatientId? Patient = null)
{
    internal static DocumentView Of(Document document) => new(
        document.Id, document.Kind, document.Body.Title, document.MadeAt, document.Media.Type, document.SizeBytes,
        document.Body.Sha256, document.State == DocumentState.Clearing ? DocumentState.Checking : document.State,
        document.Malware, document.Number, document.RecordedAt, document.RecordedBy, document.Version,
        document.State == DocumentState.Refused ? document.Fault : null, document.Visit, document.Replaces, document.ReplacedBy,
        document.Reason, document.IsReadable ? document.Thumbnail.State : ThumbnailState.None,
        document.IsReadable ? document.Thumbnail.Fault : null, document.Patient);

    /// <summary>Null of what is not part of the record: not checked yet, refused, or replaced by a later version.</summary>
    internal static EntryView? InTimeline(Document d) => d.State is DocumentState.Available or DocumentState.Retracted
        ? new EntryView(
            d.Id, ChartKind.Document, d.State == DocumentState.Retracted ? ChartItem.EnteredInError : Codes.Of(d.State),
            d.Version, d.RecordedAt, d.RecordedBy, d.Visit, EntryIds.At(d.Id),
            Content: JsonSerializer.SerializeToElement(Of(d), DocumentsJson.Default.DocumentView))
        : null;
}
