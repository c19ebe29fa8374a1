using System.Text.Json.Serialization;

namespace Clinic.Documents;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OfferDocumentRequest))]
[JsonSerializable(typeof(OfferDocumentResponse))]
[JsonSerializable(typeof(ConfirmDocumentResponse))]
[JsonSerializable(typeof(DocumentView))]
[JsonSerializable(typeof(DocumentsResponse))]
[JsonSerializable(typeof(RetractDocumentRequest))]
[JsonSerializable(typeof(RetractDocumentResponse))]
[JsonSerializable(typeof(RenameDocumentRequest))]
[JsonSerializable(typeof(RenameDocumentResponse))]
[JsonSerializable(typeof(SetPatientPhotoRequest))]
[JsonSerializable(typeof(DocumentBody))]
[JsonSerializable(typeof(ThumbnailOrder))]
[JsonSerializable(typeof(ThumbnailReply))]
internal sealed partial class DocumentsJson : JsonSerializerContext;
