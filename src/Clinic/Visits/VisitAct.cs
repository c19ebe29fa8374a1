using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Visits;

public sealed record ChangeVisitResponse(PatientId Patient, EntryId Id, VisitState State, long Version);

/// <summary>
/// What every change of a visit has in common: the version that was read, the earlier one kept, what changed sealed.
/// </summary>
internal static class VisitAct
{
    /// <summary>Notes that are begun or signed at the same moment make it read again.</summary>
    private const int TriesMax = 4;

    public static async Task<Results<Ok<ChangeVisitResponse>, ProblemHttpResult>> Carry(
        PatientId patient, EntryId id, HttpContext http, TenantStore store, AuditAction action,
        Func<Visit, Outcome<Visit>> decide, CancellationToken ct, Func<Patient, Refusal?>? refuse = null)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        for (var tries = 1; ; tries++)
        {
            var disclosed = await DiscloseBoth(store, patient, id, "to change it", ct);
            if (!disclosed.Holds(out var found, out why))
            {
                return Problems.From(why);
            }

            var (head, before) = found;
            if (before.Version != version)
            {
                return Problems.From(VisitRefusals.Stale(before.Version, before.At, before.By));
            }

            if (refuse?.Invoke(head) is { } refusal)
            {
                return Problems.From(refusal);
            }

            if (!decide(before).Holds(out var after, out why))
            {
                return Problems.From(why);
            }

            var response = new ChangeVisitResponse(patient, id, after.State, after.Version);
            var commit = await store.Commit(Change(store.Caller, action, head, before, after, response), ct);
            if (commit.Holds(out why))
            {
                ETags.Write(http, after.Version);
                return TypedResults.Ok(response);
            }

            if (why != Problems.Conflict || tries == TriesMax)
            {
                return Problems.From(why);
            }
        }
    }

    /// <summary>The visit, when the patient may be seen by this caller.</summary>
    /// <param name="purpose">Null when it is read to be shown: a merged record's is, and not changed.</param>
    public static async Task<Outcome<Visit>> Disclose(
        TenantStore store, PatientId patient, EntryId id, string? purpose, CancellationToken ct) =>
        (await DiscloseBoth(store, patient, id, purpose, ct)).Holds(out var found, out var why) ? found.Visit : why;

    /// <exception cref="WithheldException">Nothing is written into her record now; it says why.</exception>
    public static async Task<Patient?> ReadToWrite(TenantStore store, PatientId patient, CancellationToken ct)
    {
        var head = await PatientItem.Read(store, patient, ct);
        return head is null or { State: PatientState.Active } ? head
            : throw new WithheldException("not-active", ChartRefusals.NotActive);
    }

    private static Task<Outcome<VisitOfPatient>> DiscloseBoth(
        TenantStore store, PatientId patient, EntryId id, string? purpose, CancellationToken ct)
    {
        var entry = new AuditEntry(store.Caller, AuditAction.VisitRead, AuditOutcome.Requested)
        {
            Patient = patient,
            Subject = Keys.Hex(id.Value),
            Note = purpose,
        };
        return store.Disclose(entry, token => Read(store, patient, id, isShown: purpose is null, token), ct);
    }

    private static async Task<VisitOfPatient?> Read(
        TenantStore store, PatientId patient, EntryId id, bool isShown, CancellationToken ct)
    {
        var (head, visit) = (
            isShown ? PatientItem.ReadForOne(store, patient, ct) : ReadToWrite(store, patient, ct),
            VisitItem.Read(store, patient, id, ct));
        await Task.WhenAll(head, visit);
        return await head is { } she && await visit is { } found ? new VisitOfPatient(she, found) : null;
    }

    private sealed record VisitOfPatient(Patient Patient, Visit Visit);

    private static Change Change(
        Caller caller, AuditAction action, Patient head, Visit before, Visit after, ChangeVisitResponse response)
    {
        var patient = head.Id;
        var change = Platform.Store.Change.By(caller, action, patient, Keys.Hex(before.Id.Value))
            .Require(Keys.Patient(patient), PatientItem.IsActiveAs(head), Problems.Conflict)
            .Replace(VisitItem.Write(patient, after), VisitItem.Unchanged(before), Problems.Conflict)
            .Insert(VisitItem.Earlier(patient, before))
            .Changed(Difference(before.Record, after.Record), ChartItem.ClinicalKey(patient))
            .Answers(new Answer(200, null, ETags.Of(after.Version), JsonSerializer.SerializeToUtf8Bytes(
                response, VisitsJson.Default.ChangeVisitResponse)));
        return after.Record.Practitioner == before.Record.Practitioner
            ? change : PlanVisit.Practitioner(change, after.Record, "");
    }

    private static JsonObject Difference(VisitRecord before, VisitRecord after) => Differences.Of(
        JsonSerializer.SerializeToNode(before, VisitsJson.Default.VisitRecord)!.AsObject(),
        JsonSerializer.SerializeToNode(after, VisitsJson.Default.VisitRecord)!.AsObject());
}
