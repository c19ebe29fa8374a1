using System.Text.Json;
using Clinic.Documents;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>
/// DocumentReference. Its hash is SHA-256, and FHIR's own attachment hash SHA-1: it stands as an identifier. The address of the
/// attachment is where the file lies beside the bundle in the clinic's export.
/// </summary>
internal static class DocumentFhir
{
    public const string Type = "DocumentReference";
    private const string Folder = "documents/";

    /// <summary>Only what was once available is part of the record.</summary>
    public static bool GoesOut(DocumentState state) =>
        state is DocumentState.Available or DocumentState.Replaced or DocumentState.Retracted;

    /// <summary>Where its file lies beside a bundle.</summary>
    public static string AddressOf(Document document) => $"{Folder}{document.Id}.{document.Media.Extension}";

    /// <summary>Whether a text is such an address: whoever unpacks an export writes to it.</summary>
    public static bool IsAddress(string address) =>
        address.StartsWith(Folder, StringComparison.Ordinal) && address[Folder.Length..].Split('.') is [var id, var extension]
        && Guid.TryParseExact(id, "D", out _) && DocumentMedia.All.Any(m => m.Extension == extension);

    /// <param name="data">The file itself, where it goes out with the resource.</param>
    public static FhirResource Write(Document document, FhirLinks links, byte[]? data = null)
    {
        var json = FhirJson.Bytes(json =>
        {
            json.Head(Type, document.Id.Value, document.Version, document.RecordedAt);
            json.Narrative("additional", document.Reason is { } why ? "Entered in error: " + why : null);
            json.Once("identifier", () =>
            {
                json.WriteString("system", FhirJson.HashSystem);
                json.WriteString("value", document.Body.Sha256);
            });
            json.WriteString("status", Status(document.State));
            json.Worded("type", Codes.Of(document.Kind));
            json.Reference("subject", links.Patient);
            json.WriteString("date", FhirJson.Instant(document.RecordedAt));
            if (links.OfAny(document.Replaces) is { } replaced)
            {
                json.Once("relatesTo", () =>
                {
                    json.WriteString("code", "replaces");
                    json.Reference("target", replaced);
                });
            }

            json.WriteString("description", document.Body.Title);
            json.Once("content", () => Attachment(json, document, data));
            if (links.OfAny(document.Visit) is { } visit)
            {
                json.WriteStartObject("context");
                json.Once("encounter", () => json.WriteString("reference", visit));
                json.WriteEndObject();
            }
        });
        return new FhirResource(Type, FhirJson.Url(document.Id.Value), json);
    }

    private static void Attachment(Utf8JsonWriter json, Document document, byte[]? data)
    {
        json.WriteStartObject("attachment");
        json.WriteString("contentType", document.Media.Type);
        if (data is not null)
        {
            json.WriteBase64String("data", data);
        }
        else
        {
            json.WriteString("url", AddressOf(document));
        }

        json.WriteNumber("size", document.SizeBytes);
        json.WriteString("title", document.Body.Title);
        json.WriteString("creation", FhirJson.Instant(document.MadeAt));
        json.WriteEndObject();
    }

    private static string Status(DocumentState state) => state switch
    {
        DocumentState.Available => "current",
        DocumentState.Replaced => "superseded",
        DocumentState.Retracted => FhirJson.EnteredInError,
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
