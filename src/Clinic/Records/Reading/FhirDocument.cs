using System.Buffers.Text;
using System.Text.Json;
using Clinic.Documents;
using Clinic.Platform.Http;
using Clinic.Records.Fhir;

namespace Clinic.Records.Reading;

/// <summary>A file that a resource brings along.</summary>
internal sealed record BroughtDocument(DocumentKind Kind, DocumentMedia Media, string Title, byte[] Content);

/// <summary>A file that a resource tells of, and did not bring along.</summary>
/// <param name="At">When it was made; null when the resource does not say.</param>
/// <param name="Sha256">Of the whole file, base64; as it was written.</param>
/// <param name="Encounter">Reference to the visit that it belongs to.</param>
internal sealed record NamedFile(
    DocumentKind Kind, DocumentMedia Media, string Title, DateTimeOffset? At, long SizeBytes, string Sha256, string? Encounter);

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

    /// <summary>Whether the file stands in the resource itself.</summary>
    public static bool HasContent(JsonElement reference) => Attachment(reference).Text("data") is not null;

    /// <summary>
    /// Which file a resource means that has it neither in it nor beside it, by type, size and SHA-256 as exports tell them; null
    /// when it does not say.
    /// </summary>
    public static NamedFile? Name(JsonElement reference)
    {
        var attachment = Attachment(reference);
        var hash = reference.Each("identifier").Where(i => i.Text("system") == FhirJson.HashSystem)
            .Select(i => i.Text("value")).FirstOrDefault();
        return hash is not null && !HasContent(reference) && !FhirValues.IsEnteredInError(reference.Text("status"))
            && attachment.Text("contentType") is { } type && DocumentMedia.TryOf(type, out var media)
            && attachment.Member("size") is { ValueKind: JsonValueKind.Number } size && size.TryGetInt64(out var bytes)
            ? new NamedFile(
                KindOf(reference.Member("type")), media, TitleOf(reference),
                attachment.Instant("creation") ?? reference.Instant("date"), bytes, hash,
                reference.Member("context").First("encounter").Text("reference"))
            : null;
    }

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

        return new Recordable(reference.Instant("date") ?? attachment.Instant("creation"))
        {
            Document = new BroughtDocument(
                KindOf(reference.Member("type")), media, TitleOf(reference), content[..length]),
            Encounter = reference.Member("context").First("encounter").Text("reference"),
        };
    }

    private static JsonElement Attachment(JsonElement reference) => reference.First("content").Member("attachment");

    private static string TitleOf(JsonElement reference)
    {
        var title = FhirValues.Words(Attachment(reference).Text("title")) ?? FhirValues.Words(reference.Text("description"))
            ?? reference.Member("type").Concept()?.Text ?? "Imported document";
        return title.Length <= Document.TitleLengthMax ? title : title[..Document.TitleLengthMax];
    }

    private static DocumentKind KindOf(JsonElement type) =>
        FhirValues.Enum<DocumentKind>(type.Text("text"))
        ?? type.Each("coding").Select(c => c.Text("code")).OfType<string>().Where(Kinds.ContainsKey)
            .Select(c => (DocumentKind?)Kinds[c]).FirstOrDefault() ?? DocumentKind.Other;
}
