using System.Text.Json;
using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

/// <summary>
/// The author signs: from here on the note does not change. No condition of any write rewrites a signed one; a second clinician
/// signs beside it.
/// </summary>
public static class SignNote
{
    internal static async Task<Results<Ok<ChangeNoteResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, EntryId note, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        var signature = await By(caller, store, clock.GetUtcNow(), ct);
        var carried = await NoteAct.Carry(
            patient, visit, note, http, store,
            before => Decide(before.Note, signature).Holds(out var after, out var why)
                ? (Signed(caller, patient, before, after), after.Version) : why,
            ct);
        return carried.Holds(out var version, out var refused)
            ? TypedResults.Ok(Response(patient, visit, note, version)) : Problems.From(refused);
    }

    internal static Outcome<Note> Decide(Note before, Signature by) =>
        before.State != NoteState.Draft ? NoteRefusals.Signed
        : before.Author != by.By ? NoteRefusals.OfAnother
        : before with { State = NoteState.Signed, Version = before.Version + 1, Signed = by };

    /// <summary>With the name of that day: who signed is to be read when the member is long gone.</summary>
    internal static async Task<Signature> By(Caller caller, TenantStore store, DateTimeOffset now, CancellationToken ct)
    {
        var id = caller.Member!.Value;
        var member = await MemberItem.Read(store, id, ct);
        return new Signature(id, member!.Profile.Name, now);
    }

    internal static ChangeNoteResponse Response(PatientId patient, EntryId visit, EntryId note, long version) =>
        new(patient, visit, note, NoteState.Signed, version);

    internal static Answer Answer(PatientId patient, Note note) => new(
        200, null, ETags.Of(note.Version), JsonSerializer.SerializeToUtf8Bytes(
            Response(patient, note.Visit, note.Id, note.Version), VisitsJson.Default.ChangeNoteResponse));

    private static Change Signed(Caller caller, PatientId patient, NoteOfVisit before, Note after)
    {
        var change = Change.By(caller, AuditAction.NoteSigned, patient, Keys.Hex(after.Id.Value))
            .Replace(NoteItem.Write(patient, after), NoteItem.IsDraft(before.Note), Problems.Stale)
            .Answers(Answer(patient, after));
        return VisitItem.Noted(change, patient, before.Visit, before.Visit with { Drafts = before.Visit.Drafts - 1 });
    }
}

/// <summary>A second clinician stands for a signed note too.</summary>
public static class CosignNote
{
    internal static async Task<Results<Ok<ChangeNoteResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, EntryId note, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        var signature = await SignNote.By(caller, store, clock.GetUtcNow(), ct);
        var carried = await NoteAct.Carry(
            patient, visit, note, http, store,
            before => Decide(before.Note, signature).Holds(out var after, out var why)
                ? (Cosigned(caller, patient, before.Note, after), after.Version) : why,
            ct);
        return carried.Holds(out var version, out var refused)
            ? TypedResults.Ok(SignNote.Response(patient, visit, note, version)) : Problems.From(refused);
    }

    internal static Outcome<Note> Decide(Note before, Signature by) =>
        before.State != NoteState.Signed ? NoteRefusals.NotSigned
        : before.Cosigned is not null ? NoteRefusals.Cosigned
        : before.Author == by.By ? NoteRefusals.OwnNote
        : before with { Version = before.Version + 1, Cosigned = by };

    private static Change Cosigned(Caller caller, PatientId patient, Note before, Note after) => NoteItem.Cosign(
        Change.By(caller, AuditAction.NoteCosigned, patient, Keys.Hex(after.Id.Value))
            .Answers(SignNote.Answer(patient, after)),
        patient, before, after);
}
