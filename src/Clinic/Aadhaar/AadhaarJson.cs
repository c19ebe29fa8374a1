using System.Text.Json.Serialization;

namespace Clinic.Aadhaar;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecordAadhaarRequest))]
[JsonSerializable(typeof(RecordAadhaarResponse))]
[JsonSerializable(typeof(RevealAadhaarRequest))]
[JsonSerializable(typeof(RevealAadhaarResponse))]
[JsonSerializable(typeof(OpenAadhaarVaultRequest))]
[JsonSerializable(typeof(AadhaarVaultResponse))]
[JsonSerializable(typeof(VaultGrounds))]
internal sealed partial class AadhaarJson : JsonSerializerContext;
