using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Rounds;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Tenancy;

public sealed record ConfirmClinicRequest(string Token);

/// <summary>
/// Confirms the owner's address by the token of the mail. The login pointer is written first: it carries no authority, so a crash
/// in between leaves a clinic that is confirmed by calling again.
/// </summary>
public static class ConfirmClinic
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        ConfirmClinicRequest request, HttpContext http, TenantStores stores, Sessions sessions, LoginPointers pointers,
        PublicTrail publicTrail, TimeProvider clock, CancellationToken ct)
    {
        if (!SessionToken.TryParse(request.Token, out var token) || token.Tenant.IsPlatform)
        {
            return await Unknown(http, publicTrail);
        }

        if (await sessions.StateOf(token.Tenant, ct) is not { Status: TenantStatus.Unconfirmed })
        {
            return await Unknown(http, publicTrail);
        }

        var now = clock.GetUtcNow();
        var store = stores.For(Caller.Public(token.Tenant, http));
        var found = await store.Get(Confirmation.Place(token), ct);
        if (found is null || found.Instant("ends") <= now)
        {
            return await Unknown(http, publicTrail);
        }

        // The token outlives the sign-up by as long as its mail took: the sign-up may be purged already.
        if (await MemberItem.Read(store, Confirmation.Member(found), ct) is not { } owner)
        {
            return await Unknown(http, publicTrail);
        }

        await pointers.Put(owner.Profile.Email, token.Tenant, owner.Id, ct);
        var subject = Keys.Hex(owner.Id.Value);
        var change = Change.By(store.Caller with { Actor = owner.Id.ToString() }, AuditAction.ClinicConfirmed, subject: subject)
            .Patch(
                new Item(Keys.State).Set(TenantStateItem.Status, TenantStatus.Active.ToString()), [],
                Condition.Is(TenantStateItem.Status, TenantStatus.Unconfirmed.ToString()), ConfirmationRefusals.Unknown)
            .Delete(Confirmation.Place(token), Condition.Exists, ConfirmationRefusals.Unknown)
            .Delete(Keys.Clock(Durations.SignUpUnconfirmed.Name, subject))
            .Publish(Topics.ClinicConfirmed, subject);
        var commit = await store.Commit(RoundsModule.Start(change, now), ct);
        return commit.Holds(out var why) ? TypedResults.NoContent() : Problems.From(why);
    }

    private static async Task<ProblemHttpResult> Unknown(HttpContext http, PublicTrail publicTrail)
    {
        await publicTrail.Denied(http, ConfirmationRefusals.Unknown.Code);
        return Problems.From(ConfirmationRefusals.Unknown);
    }
}
