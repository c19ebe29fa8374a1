using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

public sealed record NoteListResponse(IReadOnlyList<NoteView> Notes);

/// <summary>One note with its addenda; its ETag is the version.</summary>
public static class ReadNote
{
    internal static async Task<Results<Ok<NoteView>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, EntryId note, HttpContext http, TenantStore store, CancellationToken ct)
    {
        if (!(await NoteAct.Disclose(store, patient, visit, note, null, ct)).Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, found.Note.Version);
        return TypedResults.Ok(NoteView.Of(found.Note, found.Addenda));
    }
}

/// <summary>The notes of one visit, oldest first: one part, for there are at most 50.</summary>
public static class ListNotes
{
    internal static async Task<Results<Ok<NoteListResponse>, ProblemHttpResult>> Handle(
        PatientId patient, EntryId visit, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.NotesRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Subject = Keys.Hex(visit.Value),
        };
        var disclosed = await store.Disclose(entry, token => Read(store, patient, visit, token), ct);
        return disclosed.Holds(out var list, out var why) ? TypedResults.Ok(list) : Problems.From(why);
    }

    private static async Task<NoteListResponse?> Read(
        TenantStore store, PatientId patient, EntryId visitId, CancellationToken ct)
    {
        var (head, visit) = (PatientItem.ReadForOne(store, patient, ct), VisitItem.Read(store, patient, visitId, ct));
        await Task.WhenAll(head, visit);
        if (await head is null || await visit is not { } found)
        {
            return null;
        }

        var rows = await store.GetMany([.. found.Notes.Select(n => NoteItem.Place(patient, n))], ct);
        var notes = new List<NoteView>();
        foreach (var row in rows.OrderBy(r => r.Key.Sort, StringComparer.Ordinal))
        {
            notes.Add(NoteView.Of(await NoteItem.Open(store, patient, row, ct)));
        }

        return new NoteListResponse(notes);
    }
}
