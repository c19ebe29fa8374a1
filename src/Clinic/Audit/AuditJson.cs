using System.Text.Json.Serialization;

namespace Clinic.Audit;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrailResponse))]
internal sealed partial class AuditJson : JsonSerializerContext;
