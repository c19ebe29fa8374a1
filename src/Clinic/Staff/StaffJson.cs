using System.Text.Json.Serialization;

namespace Clinic.Staff;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InvitedPerson))]
[JsonSerializable(typeof(InviteStaffRequest))]
[JsonSerializable(typeof(InviteStaffResponse))]
[JsonSerializable(typeof(AcceptInvitationRequest))]
[JsonSerializable(typeof(AcceptInvitationResponse))]
[JsonSerializable(typeof(StaffListResponse))]
[JsonSerializable(typeof(ChangeStaffRequest))]
[JsonSerializable(typeof(ChangeStaffResponse))]
internal sealed partial class StaffJson : JsonSerializerContext;
