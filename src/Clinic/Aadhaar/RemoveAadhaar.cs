using Clinic.Consent;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Aadhaar;

/// <summary>
/// She takes her number back, as easily as she gave it (DPDP Act s.6(4)): the vault's row goes, and with it the last four from
/// her record. Earlier versions of the record keep the last four, as history does.
/// </summary>
public static class RemoveAadhaar
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        PatientId patient, HttpContext http, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        var entry = new AuditEntry(caller, AuditAction.PatientRead, AuditOutcome.Requested) { Patient = patient,
            Note = "to remove Aadhaar" };
        var disclosed = await store.Disclose(entry, token => PatientItem.Read(store, patient, token), ct);
        if (!disclosed.Holds(out var before, out why))
        {
            return Problems.From(why);
        }

        var statement = new ConsentStatement(ConsentPurpose.Aadhaar, false, Notices.Aadhaar.Version, Notices.Aadhaar.Language);
        if (!Decide(before, version, statement, caller.Actor, clock.GetUtcNow()).Holds(out var after, out why))
        {
            return Problems.From(why);
        }

        var change = Change.By(caller, AuditAction.AadhaarRemoved, patient);
        var commit = await store.Commit(AadhaarChange.Of(change, caller, before, after, statement), ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, after.Version);
        return TypedResults.NoContent();
    }

    internal static Outcome<Patient> Decide(
        Patient before, long version, ConsentStatement statement, string actor, DateTimeOffset now)
    {
        if (before.Version != version)
        {
            return Problems.Stale;
        }

        return before.Record.Aadhaar is null
            ? Problems.NotFound : AadhaarChange.After(before, null, statement, actor, now);
    }
}
