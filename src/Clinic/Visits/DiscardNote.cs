using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

/// <summary>Throws one's own draft away. It never was part of the record; that it was there stands in the trail.</summary>
public static class DiscardNote
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, EntryId note, HttpContext http, Caller caller, TenantStore store, CancellationToken ct)
    {
        var carried = await NoteAct.Carry(
            patient, visit, note, http, store,
            before => Decide(before.Note, caller.Member!.Value) is { } why
                ? why : (Discarded(caller, patient, before), before.Note.Version),
            ct);
        http.Response.Headers.Remove("ETag");
        return carried.Holds(out _, out var refused) ? TypedResults.NoContent() : Problems.From(refused);
    }

    /// <summary>Null when it may go.</summary>
    internal static Refusal? Decide(Note before, MemberId by) =>
        before.State != NoteState.Draft ? NoteRefusals.Signed
        : before.Author != by ? NoteRefusals.OfAnother
        : null;

    private static Change Discarded(Caller caller, PatientId patient, NoteOfVisit before)
    {
        var (visit, note) = (before.Visit, before.Note);
        var change = Change.By(caller, AuditAction.NoteDiscarded, patient, Keys.Hex(note.Id.Value))
            .Delete(NoteItem.Place(patient, note.Id), NoteItem.IsDraft(note), Problems.Stale)
            .Delete(Keys.Timeline(patient, note.Id));
        return VisitItem.Noted(
            change, patient, visit, visit with { Drafts = visit.Drafts - 1, Notes = [.. visit.Notes.Where(n => n != note.Id)] });
    }
}
