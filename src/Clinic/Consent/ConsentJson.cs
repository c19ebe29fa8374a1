using System.Text.Json.Serialization;

namespace Clinic.Consent;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConsentArtefact))]
[JsonSerializable(typeof(RecordConsentsRequest))]
[JsonSerializable(typeof(RecordConsentsResponse))]
[JsonSerializable(typeof(ConsentListResponse))]
[JsonSerializable(typeof(NoticeListResponse))]
internal sealed partial class ConsentJson : JsonSerializerContext;
