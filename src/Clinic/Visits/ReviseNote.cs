using Clinic.Chart;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

/// <summary>Replaces the text of one's own draft. What it said before stands in the trail, sealed under her key.</summary>
public static class ReviseNote
{
    internal static async Task<Results<Ok<ChangeNoteResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, EntryId note, NoteForm request, HttpContext http, Caller caller, TenantStore store,
        TimeProvider clock, CancellationToken ct)
    {
        var carried = await NoteAct.Carry(
            patient, visit, note, http, store,
            before => Decide(request, before.Note, caller.Member!.Value, clock.GetUtcNow()).Holds(out var after, out var why)
                ? (Revised(caller, patient, before.Note, after), after.Version) : why,
            ct);
        return carried.Holds(out var version, out var refused)
            ? TypedResults.Ok(new ChangeNoteResponse(patient, visit, note, NoteState.Draft, version)) : Problems.From(refused);
    }

    internal static Outcome<Note> Decide(NoteForm request, Note before, MemberId by, DateTimeOffset now) =>
        !request.Check().Holds(out var text, out var why) ? why
        : before.State != NoteState.Draft ? NoteRefusals.Signed
        : before.Author != by ? NoteRefusals.OfAnother
        : before with { Text = text, Version = before.Version + 1, At = now };

    private static Change Revised(Caller caller, PatientId patient, Note before, Note after) =>
        Change.By(caller, AuditAction.NoteRevised, patient, Keys.Hex(before.Id.Value))
            .Replace(NoteItem.Write(patient, after), NoteItem.IsDraft(before), Problems.Stale)
            .Changed(Differences.Of(Json(before.Text), Json(after.Text)), ChartItem.ClinicalKey(patient));

    private static JsonObject Json(NoteForm text) =>
        JsonSerializer.SerializeToNode(text, VisitsJson.Default.NoteForm)!.AsObject();
}
