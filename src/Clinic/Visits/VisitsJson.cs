using System.Text.Json.Serialization;

namespace Clinic.Visits;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VisitRecord))]
[JsonSerializable(typeof(PlanVisitRequest))]
[JsonSerializable(typeof(PlanVisitResponse))]
[JsonSerializable(typeof(VisitForm))]
[JsonSerializable(typeof(ChangeVisitResponse))]
[JsonSerializable(typeof(CancelVisitRequest))]
[JsonSerializable(typeof(VisitView))]
[JsonSerializable(typeof(VisitListResponse))]
[JsonSerializable(typeof(NoteForm))]
[JsonSerializable(typeof(Signature))]
[JsonSerializable(typeof(WriteNoteResponse))]
[JsonSerializable(typeof(ChangeNoteResponse))]
[JsonSerializable(typeof(AddAddendumRequest))]
[JsonSerializable(typeof(AddAddendumResponse))]
[JsonSerializable(typeof(NoteListResponse))]
[JsonSerializable(typeof(NoteView))]
internal sealed partial class VisitsJson : JsonSerializerContext;
