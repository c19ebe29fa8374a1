using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Staff;

/// <summary>Whom the clinic invites; sealed under its contacts key.</summary>
internal sealed record InvitedPerson(string Name, string Email);

/// <param name="Member">The id that the member will have: two acceptances at once make one member.</param>
internal sealed record Invitation(
    MemberId Member, Role Role, LocationScope Scope, DateTimeOffset EndsAt, string By, InvitedPerson Person);

/// <summary>
/// An open invitation, and the token of its mail: kept as a hash, as that of a confirmation, and in another row than it, so that
/// neither passes for the other.
/// </summary>
internal static class InvitationItem
{
    public const int OpenMax = 50;

    private const string Body = "b";
    private const string Ends = "ends";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    public static Item Write(Invitation invitation) => new Item(Keys.Invitation(invitation.Member))
        .Set("role", invitation.Role.ToString())
        .Set("locs", invitation.Scope.Text)
        .Set(Ends, invitation.EndsAt)
        .Set("by", invitation.By)
        .Seal(Body, invitation.Person, StaffJson.Default.InvitedPerson, Key);

    public static async Task<Invitation?> Read(TenantStore store, MemberId member, CancellationToken ct) =>
        await store.Get(Keys.Invitation(member), ct) is { } item ? await Open(store, item, ct) : null;

    /// <summary>All that are open, or were until now: the clock takes them away within a minute.</summary>
    public static async Task<IReadOnlyList<Invitation>> All(TenantStore store, CancellationToken ct)
    {
        var page = await store.Query(Keys.InvitationArea, "", Page<Item>.SizeMax, null, newestFirst: true, ct);
        var invitations = new List<Invitation>();
        foreach (var item in page.Items)
        {
            invitations.Add(await Open(store, item, ct));
        }

        return invitations;
    }

    public static Item Token(SessionToken token, Invitation invitation) => new Item(TokenPlace(token))
        .Set("member", Keys.Hex(invitation.Member.Value))
        .Set(Ends, invitation.EndsAt)
        .SetExpiry(invitation.EndsAt);

    public static Key TokenPlace(SessionToken token) => Keys.InvitationToken(token.StoredHash);

    public static MemberId MemberOf(Item token) => new(Guid.ParseExact(token.Need("member"), "N"));

    private static async Task<Invitation> Open(TenantStore store, Item item, CancellationToken ct)
    {
        var person = await store.Open(item, Body, Key, StaffJson.Default.InvitedPerson, ct);
        return new Invitation(
            new MemberId(Guid.ParseExact(item.Key.Sort, "N")), Enum.Parse<Role>(item.Need("role")),
            LocationScope.Read(item.Need("locs")), item.Instant(Ends), item.Need("by"), person!);
    }
}

internal static class InvitationRefusals
{
    public static readonly Refusal Unknown = new(404, "invitation-unknown",
        "This invitation link is not valid, or not any more.");
}
