using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Chart;

/// <summary>Which row of whom a change of the record is about.</summary>
/// <param name="Entry">Null for a new one.</param>
internal sealed record ChartAim(AuditAction Action, PatientId Patient, ChartKind Kind, EntryId? Entry, EntryId? Replaces = null);

/// <summary>
/// The road of every change of the record: read, decide, one transaction of the entry, its earlier version or its place in the
/// timeline, and the entry of the trail.
/// </summary>
internal static class ChartWrite
{
    /// <summary>Other writers of the same standing make it decide again.</summary>
    private const int TriesMax = 4;

    public static async Task<Outcome<FindingEntry>> Carry(
        TenantStore store, ChartAim aim, Func<ChartScene, Outcome<FindingEntry>> decide, Func<FindingEntry, Answer>? answer,
        CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            var entry = new AuditEntry(
                store.Caller, aim.Entry is null ? AuditAction.PatientRead : AuditAction.ChartEntryRead, AuditOutcome.Requested)
            {
                Patient = aim.Patient,
                Subject = aim.Entry is { } id ? Keys.Hex(id.Value) : null,
                Note = "to change the record",
            };
            var disclosed = await store.Disclose(
                entry, t => ChartScene.Read(store, aim.Patient, aim.Kind, aim.Entry, aim.Replaces, t), ct);
            if (!disclosed.Holds(out var scene, out var why)
                || !decide(scene).Holds(out var after, out why)
                || !scene.Tie(Change(store.Caller, aim, scene, after), after).Holds(out var change, out why))
            {
                return why;
            }

            var commit = await store.Commit(answer is null ? change : change.Answers(answer(after)), ct);
            if (commit.Holds(out why))
            {
                return after;
            }

            if (why != Problems.Conflict || tries == TriesMax)
            {
                return why;
            }
        }
    }

    private static Change Change(Caller caller, ChartAim aim, ChartScene scene, FindingEntry after)
    {
        var change = Platform.Store.Change.By(caller, aim.Action, aim.Patient, Keys.Hex(after.Row.Id.Value))
            .Noting(Codes.Of(aim.Kind))
            .Require(Keys.Patient(aim.Patient), PatientItem.IsActiveAs(scene.Patient), Problems.Conflict);
        if (scene.Entry is { } before)
        {
            return change.Replace(after.Write(), before.Row.Version).Insert(before.Earlier())
                .Changed(FindingEntry.Difference(before, after), ChartItem.ClinicalKey(aim.Patient));
        }

        change.Insert(after.Write()).Insert(TimelineItem.Write(aim.Patient, aim.Kind, after.Row.Id));
        return after.Row.Visit is { } visit
            ? change.Require(ChartItem.Place(aim.Patient, ChartKind.Visit, visit), Condition.Exists, ChartRefusals.VisitUnknown)
            : change;
    }
}
