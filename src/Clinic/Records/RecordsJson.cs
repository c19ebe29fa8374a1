using System.Text.Json.Serialization;

namespace Clinic.Records;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExportManifestResponse))]
internal sealed partial class RecordsJson : JsonSerializerContext;
