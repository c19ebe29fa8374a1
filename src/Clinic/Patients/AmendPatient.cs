using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Patients;

public sealed record AmendPatientResponse(PatientId Id, long Version);

/// <summary>
/// Replaces who she is (DSR-2): the version that was read is named in If-Match, the earlier one is kept beside the head, what
/// changed is in the trail, sealed under her own key.
/// </summary>
public static class AmendPatient
{
    internal static async Task<Results<Ok<AmendPatientResponse>, ProblemHttpResult>> Handle(
        PatientId patient, PatientForm request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.PatientRead, AuditOutcome.Requested) { Patient = patient,
            Note = "to amend" };
        var disclosed = await store.Disclose(entry, token => PatientItem.Read(store, patient, token), ct);
        if (!disclosed.Holds(out var before, out why))
        {
            return Problems.From(why);
        }

        var places = PatientPlaces.Of(caller);
        if (!Decide(request, before, version, places, caller.Actor, clock.GetUtcNow()).Holds(out var after, out why))
        {
            return Problems.From(why);
        }

        var change = Change.By(caller, AuditAction.PatientAmended, patient)
            .Replace(PatientItem.Head(after), version)
            .Insert(PatientItem.Earlier(before))
            .Changed(Difference(before.Record, after.Record), PatientItem.IdentityKey(patient));
        var commit = await store.Commit(await PatientIndex.Move(change, store, patient, before.Record, after.Record, ct), ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why == Problems.Stale ? await Changed(store, entry, patient, ct) : why);
        }

        ETags.Write(http, after.Version);
        return TypedResults.Ok(new AmendPatientResponse(patient, after.Version));
    }

    /// <summary>Somebody was quicker than this transaction: who, and what she is now.</summary>
    private static async Task<Refusal> Changed(TenantStore store, AuditEntry entry, PatientId patient, CancellationToken ct)
    {
        var disclosed = await store.Disclose(entry, token => PatientItem.Read(store, patient, token), ct);
        return disclosed.Holds(out var now, out var why) ? PatientRefusals.Stale(now) : why;
    }

    /// <summary>
    /// Pure. Identifiers of other bodies stay, and what is kept of an Aadhaar number: a desk sees them masked and cannot send
    /// them back.
    /// </summary>
    internal static Outcome<Patient> Decide(
        PatientForm request, Patient before, long version, PatientPlaces places, string actor, DateTimeOffset now)
    {
        if (before.Version != version)
        {
            return PatientRefusals.Stale(before);
        }

        var placement = places.ForKnown(request.Location, before.Record.Location);
        var record = request.ToRecord(
            DateOnly.FromDateTime(now.UtcDateTime), "patient", before.Record.Identifiers, placement);
        return record.Holds(out var held, out var why)
            ? before with
            {
                Record = held with { Aadhaar = before.Record.Aadhaar },
                Version = version + 1,
                VersionAt = now,
                VersionBy = actor,
            }
            : why;
    }

    /// <summary>Before and after of each member that changed.</summary>
    internal static JsonObject Difference(PatientRecord before, PatientRecord after)
    {
        var old = JsonSerializer.SerializeToNode(before, PatientsJson.Default.PatientRecord)!.AsObject();
        var now = JsonSerializer.SerializeToNode(after, PatientsJson.Default.PatientRecord)!.AsObject();
        return Differences.Of(old, now);
    }
}
