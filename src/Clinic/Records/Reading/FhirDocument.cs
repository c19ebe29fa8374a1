using System.Buffers.Text;
using System.Text.Json;
using Clinic.Documents;
using Clinic.Platform.Http;

namespace Clinic.Records.Reading;

/// <summary>A file that a resource brings along.</summary>
internal sealed record BroughtDocument(DocumentKind Kind, DocumentMedia Media, string Title, byte[] Content);

/// <summary>
/// DocumentReference: a document, where the file came along, in the attachment or as a Binary of the same bundle. An address of
/// an attachment is never fetched: whoever wrote the file would choose whom we call.
/// </summary>
internal static class FhirDocument
{
    /// <summary>Kinds by LOINC and SNOMED CT codes as documents of the national guide and of hospitals have them.</summary>
    private static readonly Dictionary<string, DocumentKind> Kinds = new(StringComparer.Ordinal)
    {
        ["57833-6"] = DocumentKind.Prescription,
        ["440545006"] = DocumentKind.Prescription,
        ["11502-2"] = DocumentKind.Report,
        ["18748-4"] = DocumentKind.Report,
        ["721981007"] = DocumentKind.Report,
        ["4241000179101"] = DocumentKind.Report,
        ["59284-0"] = DocumentKind.ConsentForm,
        ["371530004"] = DocumentKind.Other,
    };

    /// <summary>How its attachment refers to a Binary; null when the content stands in it.</summary>
    public static string? AddressOf(JsonElement reference) => Attachment(reference).Text("url");

    /// <param name="binary">The Binary that <see cref="AddressOf"/> names; empty when it did not come along.</param>
    public static ReadResource Read(JsonElement reference, ReadOnlyMemory<byte> binary)
    {
        if (FhirValues.IsEnteredInError(reference.Text("status")))
        {
            return NotRecorded.EnteredInError;
        }

        var attachment = Attachment(reference);
        var (type, data) = (attachment.Text("contentType"), attachment.Text("data"));
        if (data is null && !binary.IsEmpty)
        {
            using var json = JsonDocument.Parse(binary, FhirText.Strict);
            (type, data) = (type ?? json.RootElement.Text("contentType"), json.RootElement.Text("data"));
        }

        if (data is null)
        {
            return NotRecorded.NoContent;
        }

        if (type?.Split(';')[0].Trim() is not { } known || !DocumentMedia.TryOf(known, out var media))
        {
            return NotRecorded.MediaType;
        }

        var content = new byte[Base64.GetMaxDecodedFromUtf8Length(data.Length)];
        if (!Convert.TryFromBase64String(data, content, out var length) || length == 0)
        {
            return NotRecorded.NoContent;
        }

        var kind = KindOf(reference.Member("type"));
        var title = FhirValues.Words(attachment.Text("title")) ?? FhirValues.Words(reference.Text("description"))
            ?? reference.Member("type").Concept()?.Text ?? "Imported document";
        return new Recordable(reference.Instant("date") ?? attachment.Instant("creation"))
        {
            Document = new BroughtDocument(
                kind, media, title.Length <= Document.TitleLengthMax ? title : title[..Document.TitleLengthMax],
                content[..length]),
            Encounter = reference.Member("context").First("encounter").Text("reference"),
        };
    }

    private static JsonElement Attachment(JsonElement reference) => reference.First("content").Member("attachment");

    private static DocumentKind KindOf(JsonElement type) =>
        FhirValues.Enum<DocumentKind>(type.Text("text"))
        ?? type.Each("coding").Select(c => c.Text("code")).OfType<string>().Where(Kinds.ContainsKey)
            .Select(c => (DocumentKind?)Kinds[c]).FirstOrDefault() ?? DocumentKind.Other;
}
