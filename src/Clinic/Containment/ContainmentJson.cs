using System.Text.Json.Serialization;

namespace Clinic.Containment;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FreezeWords))]
[JsonSerializable(typeof(FreezeClinicRequest))]
[JsonSerializable(typeof(FreezeResponse))]
[JsonSerializable(typeof(ReleaseClinicRequest))]
[JsonSerializable(typeof(ClinicFreezeResponse))]
[JsonSerializable(typeof(FreezeOwnClinicRequest))]
[JsonSerializable(typeof(ReleaseByLinkRequest))]
internal sealed partial class ContainmentJson : JsonSerializerContext;
