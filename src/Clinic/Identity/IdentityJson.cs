using System.Text.Json.Serialization;

namespace Clinic.Identity;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MemberProfile))]
[JsonSerializable(typeof(SessionDevice))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(SessionResponse))]
[JsonSerializable(typeof(SessionListResponse))]
internal sealed partial class IdentityJson : JsonSerializerContext;
