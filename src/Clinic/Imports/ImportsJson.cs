using System.Text.Json.Serialization;

namespace Clinic.Imports;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OfferImportUploadRequest))]
[JsonSerializable(typeof(OfferImportUploadResponse))]
[JsonSerializable(typeof(OfferReferencedFileRequest))]
[JsonSerializable(typeof(StartImportResponse))]
[JsonSerializable(typeof(ImportView))]
[JsonSerializable(typeof(ImportRefusalsResponse))]
[JsonSerializable(typeof(ImportedPatientsResponse))]
[JsonSerializable(typeof(EntryRefusal[]))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, TypeCount>))]
[JsonSerializable(typeof(PartEntry))]
internal sealed partial class ImportsJson : JsonSerializerContext;
