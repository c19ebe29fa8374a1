using System.Text.Json;
using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

public sealed record AddAddendumRequest(string Text);

public sealed record AddAddendumResponse(EntryId Id);

/// <summary>Adds to a signed note what is missing or was wrong: beside it, with name and time, for ever.</summary>
public static class AddAddendum
{
    internal static async Task<Results<Created<AddAddendumResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, EntryId note, AddAddendumRequest request, Caller caller, TenantStore store,
        TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var disclosed = await NoteAct.Disclose(store, patient, visit, note, "to add to it", ct);
        if (!disclosed.Holds(out var found, out var why)
            || (why = Decide(request, found.Note, found.Addenda.Count)) is not null)
        {
            return Problems.From(why);
        }

        var by = await SignNote.By(caller, store, now, ct);
        var addendum = new Addendum(Id.New<EntryId>(now), request.Text.Trim(), by.By, by.Name, now);
        var response = new AddAddendumResponse(addendum.Id);
        var place = $"/v1/patients/{patient}/visits/{visit}/notes/{note}";
        var change = Change.By(caller, AuditAction.NoteAddendumAdded, patient, Keys.Hex(note.Value))
            .Require(Keys.Patient(patient), PatientItem.IsActive, ChartRefusals.NotActive)
            .Require(NoteItem.Place(patient, note), NoteItem.IsSigned, NoteRefusals.NotSigned)
            .Insert(NoteItem.Addendum(patient, note, addendum))
            .Answers(new Answer(201, place, null, JsonSerializer.SerializeToUtf8Bytes(
                response, VisitsJson.Default.AddAddendumResponse)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? TypedResults.Created(place, response) : Problems.From(why);
    }

    /// <summary>Null when it may be added.</summary>
    internal static Refusal? Decide(AddAddendumRequest request, Note note, int addenda) =>
        new FieldRules().Prose(request.Text, "text", NoteForm.SectionLengthMax).Refusal
        ?? (note.State != NoteState.Signed ? NoteRefusals.NotSigned
            : addenda >= NoteItem.AddendaMax ? NoteRefusals.TooManyAddenda
            : null);
}
