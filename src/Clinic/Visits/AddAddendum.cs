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
        var by = await SignNote.By(caller, store, clock.GetUtcNow(), ct);
        var carried = await Anew.Carry(() => Carry(patient, visit, note, request, by, store, ct));
        return carried.Holds(out var response, out var why)
            ? TypedResults.Created(Place(patient, visit, note), response) : Problems.From(why);
    }

    private static async Task<Outcome<AddAddendumResponse>> Carry(
        PatientId patient, EntryId visit, EntryId note, AddAddendumRequest request, Signature by, TenantStore store,
        CancellationToken ct)
    {
        var disclosed = await NoteAct.Disclose(store, patient, visit, note, "to add to it", ct);
        if (!disclosed.Holds(out var found, out var why)
            || (why = Decide(request, found.Note, found.Addenda.Count)) is not null)
        {
            return why;
        }

        var addendum = new Addendum(Id.New<EntryId>(by.At), request.Text.Trim(), by.By, by.Name, by.At);
        var response = new AddAddendumResponse(addendum.Id);
        var change = Change.By(store.Caller, AuditAction.NoteAddendumAdded, patient, Keys.Hex(note.Value))
            .Require(Keys.Patient(patient), PatientItem.IsActive, Problems.Conflict)
            .Require(NoteItem.Place(patient, note), NoteItem.IsSigned, NoteRefusals.NotSigned)
            .Insert(NoteItem.Addendum(patient, note, addendum))
            .Answers(new Answer(201, Place(patient, visit, note), null, JsonSerializer.SerializeToUtf8Bytes(
                response, VisitsJson.Default.AddAddendumResponse)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? response : why;
    }

    private static string Place(PatientId patient, EntryId visit, EntryId note) =>
        $"/v1/patients/{patient}/visits/{visit}/notes/{note}";

    /// <summary>Null when it may be added.</summary>
    internal static Refusal? Decide(AddAddendumRequest request, Note note, int addenda) =>
        new FieldRules().Prose(request.Text, "text", NoteForm.SectionLengthMax).Refusal
        ?? (note.State != NoteState.Signed ? NoteRefusals.NotSigned
            : addenda >= NoteItem.AddendaMax ? NoteRefusals.TooManyAddenda
            : null);
}
