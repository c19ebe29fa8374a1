using System.Text.Json.Serialization;

namespace Clinic.Tenancy;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SignUpClinicRequest))]
[JsonSerializable(typeof(SignUpClinicResponse))]
[JsonSerializable(typeof(ConfirmClinicRequest))]
[JsonSerializable(typeof(ClinicProfile))]
[JsonSerializable(typeof(ClinicLocation))]
[JsonSerializable(typeof(LocationListResponse))]
[JsonSerializable(typeof(AddLocationRequest))]
[JsonSerializable(typeof(AddLocationResponse))]
[JsonSerializable(typeof(ChangeLocationRequest))]
[JsonSerializable(typeof(ChangeLocationResponse))]
internal sealed partial class TenancyJson : JsonSerializerContext;
