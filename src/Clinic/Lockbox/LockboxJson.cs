using System.Text.Json.Serialization;

namespace Clinic.Lockbox;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccessWords))]
[JsonSerializable(typeof(AskAccessRequest))]
[JsonSerializable(typeof(AskAccessResponse))]
[JsonSerializable(typeof(ApproveAccessRequest))]
[JsonSerializable(typeof(AnswerAccessResponse))]
[JsonSerializable(typeof(AccessView))]
[JsonSerializable(typeof(AccessListResponse))]
[JsonSerializable(typeof(GrantedPatientResponse))]
[JsonSerializable(typeof(GrantedTrailResponse))]
[JsonSerializable(typeof(AskedAccessResponse))]
internal sealed partial class LockboxJson : JsonSerializerContext;
