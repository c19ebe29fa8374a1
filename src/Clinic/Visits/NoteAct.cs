using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;

namespace Clinic.Visits;

public sealed record ChangeNoteResponse(PatientId Patient, EntryId Visit, EntryId Id, NoteState State, long Version);

/// <summary>A note with the visit that it is about and what was added to it, read beside each other.</summary>
internal sealed record NoteOfVisit(Visit Visit, Note Note, IReadOnlyList<Addendum> Addenda);

/// <summary>What every change of a note has in common.</summary>
internal static class NoteAct
{
    private const int TriesMax = 4;

    /// <param name="decide">The change; or why not.</param>
    /// <returns>The version that the note has now.</returns>
    public static async Task<Outcome<long>> Carry(
        PatientId patient, EntryId visit, EntryId note, HttpContext http, TenantStore store,
        Func<NoteOfVisit, Outcome<(Change Change, long Version)>> decide, CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return why;
        }

        for (var tries = 1; ; tries++)
        {
            if (!(await Disclose(store, patient, visit, note, "to change it", ct)).Holds(out var before, out why))
            {
                return why;
            }

            if (before.Note.Version != version)
            {
                return VisitRefusals.Stale(before.Note.Version, before.Note.At, before.Note.Author.ToString());
            }

            if (!decide(before).Holds(out var decided, out why))
            {
                return why;
            }

            var commit = await store.Commit(
                decided.Change.Require(Keys.Patient(patient), PatientItem.IsActive, Problems.Conflict), ct);
            if (commit.Holds(out why))
            {
                ETags.Write(http, decided.Version);
                return decided.Version;
            }

            // Another note of the visit was quicker: not what this client read.
            if (why != Problems.Conflict || tries == TriesMax)
            {
                return why;
            }
        }
    }

    /// <param name="purpose">Null when it is read to be shown: a merged record's is, and not changed.</param>
    public static Task<Outcome<NoteOfVisit>> Disclose(
        TenantStore store, PatientId patient, EntryId visit, EntryId note, string? purpose, CancellationToken ct)
    {
        var entry = new AuditEntry(store.Caller, AuditAction.NoteRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Subject = Keys.Hex(note.Value),
            Note = purpose,
        };
        return store.Disclose(entry, token => Read(store, patient, visit, note, isShown: purpose is null, token), ct);
    }

    private static async Task<NoteOfVisit?> Read(
        TenantStore store, PatientId patient, EntryId visitId, EntryId noteId, bool isShown, CancellationToken ct)
    {
        var (head, visit, note) = (
            isShown ? PatientItem.ReadForOne(store, patient, ct) : VisitAct.ReadToWrite(store, patient, ct),
            VisitItem.Read(store, patient, visitId, ct),
            NoteItem.Read(store, patient, noteId, ct));
        var addenda = NoteItem.Addenda(store, patient, noteId, ct);
        await Task.WhenAll(head, visit, note, addenda);
        return await head is not null && await visit is { } about && await note is { } found && found.Visit == visitId
            ? new NoteOfVisit(about, found, await addenda) : null;
    }
}
