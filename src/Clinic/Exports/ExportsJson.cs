using System.Text.Json.Serialization;

namespace Clinic.Exports;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StartExportResponse))]
[JsonSerializable(typeof(ExportView))]
[JsonSerializable(typeof(ExportListResponse))]
[JsonSerializable(typeof(OpenExportRequest))]
[JsonSerializable(typeof(OpenExportResponse))]
[JsonSerializable(typeof(ExportFileBody))]
[JsonSerializable(typeof(ExportedDocument))]
[JsonSerializable(typeof(ExportedFile))]
[JsonSerializable(typeof(ExportKeysResponse))]
[JsonSerializable(typeof(ExportedConsents))]
[JsonSerializable(typeof(ExportedClinic))]
[JsonSerializable(typeof(ExportManifest))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, int>))]
internal sealed partial class ExportsJson : JsonSerializerContext;
