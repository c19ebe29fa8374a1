using System.Text.Json.Serialization;
using Clinic.Records.HealthDocuments;

namespace Clinic.Records;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExportManifestResponse))]
[JsonSerializable(typeof(HealthDocumentsResponse))]
internal sealed partial class RecordsJson : JsonSerializerContext;
