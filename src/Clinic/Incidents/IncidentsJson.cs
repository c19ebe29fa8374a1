using System.Text.Json.Serialization;

namespace Clinic.Incidents;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IncidentFacts))]
[JsonSerializable(typeof(OpenIncidentRequest))]
[JsonSerializable(typeof(OpenIncidentResponse))]
[JsonSerializable(typeof(PlatformIncidentResponse))]
[JsonSerializable(typeof(IncidentResponse))]
[JsonSerializable(typeof(IncidentListResponse))]
internal sealed partial class IncidentsJson : JsonSerializerContext;
