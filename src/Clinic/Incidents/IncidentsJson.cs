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
[JsonSerializable(typeof(NoticeWords))]
[JsonSerializable(typeof(OrderIncidentNoticesRequest))]
[JsonSerializable(typeof(OrderIncidentNoticesResponse))]
[JsonSerializable(typeof(IncidentNoticesResponse))]
internal sealed partial class IncidentsJson : JsonSerializerContext;
