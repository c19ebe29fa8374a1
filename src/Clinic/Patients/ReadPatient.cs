using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Patients;

/// <summary>One patient. Warm: two rounds, three read units, one write unit, no KMS call.</summary>
public static class ReadPatient
{
    internal static async Task<Results<Ok<PatientView>, ProblemHttpResult>> Handle(
        PatientId patient, HttpContext http, Caller caller, TenantStore store, CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.PatientRead, AuditOutcome.Requested) { Patient = patient };
        var disclosed = await store.Disclose(entry, token => PatientItem.Read(store, patient, token), ct);
        if (!disclosed.Holds(out var found, out var why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, found.Version);
        return TypedResults.Ok(PatientView.Of(found));
    }
}
