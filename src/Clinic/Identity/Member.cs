using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Identity;

/// <summary>
/// A person who works for the clinic. Name, addresses and password hash are sealed under the clinic's contacts key.
/// </summary>
public sealed record MemberProfile(string Name, string Email, string PasswordHash);

internal sealed record Member(MemberId Id, Role Role, LocationScope Scope, string Status, MemberProfile Profile, long Version = 1)
{
    public const string Active = "active";

    /// <summary>Works here no more. The name stays, because records and trail name the member.</summary>
    public const string Removed = "removed";

    /// <summary>
    /// The session that was opened last. Who changes a member's access names it in the condition of the write, so that no session
    /// that opens meanwhile is missed.
    /// </summary>
    public string? LatestSession { get; init; }
}

internal static class MemberItem
{
    public const string Status = "st";
    public const string LatestSession = "last";
    private const string RoleName = "role";
    private const string Locations = "locs";
    private const string Body = "b";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    public static Item Write(Member member)
    {
        var item = new Item(Keys.Member(member.Id))
            .Set(RoleName, member.Role.ToString())
            .Set(Locations, member.Scope.Text)
            .Set(Status, member.Status)
            .SetVersion(member.Version)
            .Seal(Body, member.Profile, IdentityJson.Default.MemberProfile, Key);
        return member.LatestSession is { } session ? item.Set(LatestSession, session) : item;
    }

    /// <summary>As it was read, with no session opened since.</summary>
    public static Condition Unchanged(Member member) => Condition.VersionIs(member.Version).And(
        member.LatestSession is { } session ? Condition.Is(LatestSession, session) : Condition.Lacks(LatestSession));

    /// <summary>Who belongs to the clinic, in one partition: mails to owners need no search.</summary>
    public static Item Roster(Member member) => new Item(Keys.Roster(member.Id)).Set(RoleName, member.Role.ToString());

    public static Role RoleOnRoster(Item row) => Enum.Parse<Role>(row.Need(RoleName));

    public static MemberId IdOnRoster(Item row) => new(Guid.ParseExact(row.Key.Sort, "N"));

    /// <summary>For a change that needs an owner beside the one whom it concerns.</summary>
    public static Condition IsOwner { get; } = Condition.Is(RoleName, Role.Owner.ToString());

    public static async Task<Member?> Read(TenantStore store, MemberId id, CancellationToken ct) =>
        await store.Get(Keys.Member(id), ct) is { } item ? await Open(store, id, item, ct) : null;

    public static async Task<Member> Open(TenantStore store, MemberId id, Item item, CancellationToken ct)
    {
        var profile = await store.Open(item, Body, Key, IdentityJson.Default.MemberProfile, ct)
            ?? throw new InvalidOperationException("A member has no profile.");
        return new Member(
            id, Enum.Parse<Role>(item.Need(RoleName)), LocationScope.Read(item.Need(Locations)), item.Need(Status), profile,
            item.Version) { LatestSession = item.Text(LatestSession) };
    }
}

internal static class MemberRefusals
{
    public static readonly Refusal NotActive = new(401, "sign-in-refused", "Address and password do not belong together.");
}
