using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Containment;

public sealed record ReleaseByLinkRequest(string Token);

/// <summary>
/// An owner lifts her own freeze by the link that an operator had sent to her. The link works once, for the one freeze that it
/// was made for, and for a day.
/// </summary>
public static class ReleaseByLink
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        ReleaseByLinkRequest request, HttpContext http, TenantStores stores, Sessions sessions, PublicTrail publicTrail,
        TimeProvider clock, CancellationToken ct)
    {
        if (!SessionToken.TryParse(request.Token, out var token) || token.Tenant.IsPlatform
            || await sessions.StateOf(token.Tenant, ct) is not
                { Status: TenantStatus.Frozen, FrozenBy: FreezeBy.Owner, Freeze: { } freeze } state)
        {
            return await Unknown(http, publicTrail);
        }

        var store = stores.For(Caller.Public(token.Tenant, http) with { State = state });
        var place = ReleaseLink.Place(token);
        if (await store.Get(place, ct) is not { } link || !ReleaseLink.Opens(link, freeze, clock.GetUtcNow()))
        {
            return await Unknown(http, publicTrail);
        }

        var owner = ReleaseLink.Owner(link);
        var change = Change.By(
                store.Caller with { Actor = owner.ToString(), Member = owner }, AuditAction.ClinicReleased, subject: freeze)
            .Noting("by the owner's link")
            .Delete(place, Condition.Exists, FreezeRefusals.UnknownLink);
        change = FreezeState.Lift(change, state);
        var commit = await store.Commit(await FreezeState.Tell(change, store, FreezeNews.Released, freeze, ct), ct);
        return commit.Holds(out var why) ? TypedResults.NoContent() : Problems.From(why);
    }

    private static async Task<ProblemHttpResult> Unknown(HttpContext http, PublicTrail publicTrail)
    {
        await publicTrail.Denied(http, FreezeRefusals.UnknownLink.Code);
        return Problems.From(FreezeRefusals.UnknownLink);
    }
}

/// <summary>
/// The token of a release mail, kept as a hash, in the place of confirmations: it names its freeze, and those name none, so
/// neither passes for the other.
/// </summary>
internal static class ReleaseLink
{
    private const string ForFreeze = "freeze";

    public static Item Write(SessionToken token, MemberId owner, string freeze, DateTimeOffset endsAt) =>
        new Item(Place(token)).Set("member", Keys.Hex(owner.Value)).Set(ForFreeze, freeze).Set("ends", endsAt).SetExpiry(endsAt);

    public static Key Place(SessionToken token) => Keys.Confirmation(token.StoredHash);

    public static MemberId Owner(Item link) => new(Guid.ParseExact(link.Need("member"), "N"));

    public static bool Opens(Item link, string freeze, DateTimeOffset now) =>
        link.Text(ForFreeze) == freeze && link.Instant("ends") > now;
}
