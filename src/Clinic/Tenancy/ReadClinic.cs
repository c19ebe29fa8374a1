using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Tenancy;

/// <summary>The signed-in person's own clinic.</summary>
public static class ReadClinic
{
    internal static async Task<Results<Ok<ClinicProfile>, ProblemHttpResult>> Handle(Caller caller, TenantStore store,
        CancellationToken ct)
    {
        var entry = new AuditEntry(caller, AuditAction.ClinicRead, AuditOutcome.Requested);
        var disclosed = await store.Disclose(entry, token => ClinicProfileItem.Read(store, token), ct);
        return disclosed.Holds(out var profile, out var why) ? TypedResults.Ok(profile) : Problems.From(why);
    }
}
