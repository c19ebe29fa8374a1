using System.Text.Json.Serialization;

namespace Clinic.Tenancy;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SignUpClinicRequest))]
[JsonSerializable(typeof(SignUpClinicResponse))]
[JsonSerializable(typeof(ConfirmClinicRequest))]
[JsonSerializable(typeof(ClinicProfile))]
internal sealed partial class TenancyJson : JsonSerializerContext;
