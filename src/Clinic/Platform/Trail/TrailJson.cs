using System.Text.Json.Serialization;

namespace Clinic.Platform.Trail;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditDetail))]
internal sealed partial class TrailJson : JsonSerializerContext;
