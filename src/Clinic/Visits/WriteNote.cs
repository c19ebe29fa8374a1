using System.Text.Json;
using Clinic.Chart;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Patients;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

public sealed record WriteNoteResponse(PatientId Patient, EntryId Visit, EntryId Id, NoteState State, long Version);

/// <summary>Begins a note about an open visit, as a draft.</summary>
public static class WriteNote
{
    private const int TriesMax = 4;

    internal static async Task<Results<Created<WriteNoteResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, NoteForm request, HttpContext http, Caller caller, TenantStore store,
        TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        for (var tries = 1; ; tries++)
        {
            var disclosed = await VisitAct.Disclose(store, patient, visit, "to write a note", ct);
            if (!disclosed.Holds(out var before, out var why)
                || !Decide(request, before, Id.New<EntryId>(now), caller.Member!.Value, now).Holds(out var note, out why))
            {
                return Problems.From(why);
            }

            var response = new WriteNoteResponse(patient, visit, note.Id, note.State, note.Version);
            var place = $"/v1/patients/{patient}/visits/{visit}/notes/{note.Id}";
            var after = before with { Drafts = before.Drafts + 1, Notes = [.. before.Notes, note.Id] };
            var change = Change.By(caller, AuditAction.NoteWritten, patient, Keys.Hex(note.Id.Value))
                .Require(Keys.Patient(patient), PatientItem.IsActive, Problems.Conflict)
                .Insert(NoteItem.Write(patient, note))
                .Insert(TimelineItem.Write(patient, ChartKind.Note, note.Id))
                .Answers(new Answer(201, place, ETags.Of(note.Version), JsonSerializer.SerializeToUtf8Bytes(
                    response, VisitsJson.Default.WriteNoteResponse)));
            var commit = await store.Commit(VisitItem.Noted(change, patient, before, after), ct);
            if (commit.Holds(out why))
            {
                ETags.Write(http, note.Version);
                return TypedResults.Created(place, response);
            }

            if (why != Problems.Conflict || tries == TriesMax)
            {
                return Problems.From(why);
            }
        }
    }

    internal static Outcome<Note> Decide(NoteForm request, Visit visit, EntryId id, MemberId author, DateTimeOffset now) =>
        !request.Check().Holds(out var text, out var why) ? why
        : visit.State != VisitState.Open ? VisitRefusals.NotOpen
        : visit.Notes.Count >= NoteItem.PerVisitMax ? NoteRefusals.TooMany
        : new Note(id, visit.Id, NoteState.Draft, 1, now, author, text);
}
