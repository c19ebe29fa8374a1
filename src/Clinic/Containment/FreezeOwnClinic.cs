using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Containment;

public sealed record FreezeOwnClinicRequest(FreezeReason Reason);

/// <summary>
/// The owner freezes her own clinic, at once and alone: what she fears may be at work already (INC-7). Her own session ends with
/// all others; lifting it takes an operator and a link by mail.
/// </summary>
public static class FreezeOwnClinic
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        FreezeOwnClinicRequest request, HttpContext http, Caller caller, TenantStore store, TenantStores stores,
        TimeProvider clock, CancellationToken ct)
    {
        var freeze = Keys.Hex(Guid.CreateVersion7(clock.GetUtcNow()));
        var change = Change.By(caller, AuditAction.ClinicFrozen, subject: freeze).Noting($"owner: {Codes.Of(request.Reason)}");
        change = FreezeState.Set(change, caller.State!, freeze, FreezeBy.Owner);
        var commit = await store.Commit(await FreezeState.Tell(change, store, FreezeNews.Frozen, freeze, ct), ct);
        if (!commit.Holds(out var why))
        {
            return Problems.From(why);
        }

        stores.Parts.Keyring.ForgetClinic(caller.Tenant);
        SessionCookie.Clear(http);
        return TypedResults.NoContent();
    }
}
