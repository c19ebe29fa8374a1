using System.Text.Json.Serialization;
using Clinic.Consent;

namespace Clinic.Patients;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PatientForm))]
[JsonSerializable(typeof(PatientRecord))]
[JsonSerializable(typeof(ConsentState[]))]
[JsonSerializable(typeof(RegisterPatientRequest))]
[JsonSerializable(typeof(RegisterPatientResponse))]
[JsonSerializable(typeof(SearchPatientsRequest))]
[JsonSerializable(typeof(SearchPatientsResponse))]
[JsonSerializable(typeof(AmendPatientResponse))]
[JsonSerializable(typeof(MergePatientRequest))]
[JsonSerializable(typeof(MergePatientResponse))]
[JsonSerializable(typeof(UndoMergeRequest))]
[JsonSerializable(typeof(PatientView))]
[JsonSerializable(typeof(PatientVersionsResponse))]
[JsonSerializable(typeof(DuplicateView))]
internal sealed partial class PatientsJson : JsonSerializerContext;
