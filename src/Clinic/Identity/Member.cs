using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Identity;

/// <summary>
/// A person who works for the clinic. Name, addresses and password hash are sealed under the clinic's contacts key.
/// </summary>
public sealed record MemberProfile(string Name, string Email, string PasswordHash);

internal sealed record Member(MemberId Id, Role Role, string Status, MemberProfile Profile)
{
    public const string Active = "active";
}

internal static class MemberItem
{
    public const string Status = "st";
    private const string Body = "b";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    public static Item Write(Member member) => new Item(Keys.Member(member.Id))
        .Set("role", member.Role.ToString())
        .Set(Status, member.Status)
        .SetVersion(1)
        .Seal(Body, member.Profile, IdentityJson.Default.MemberProfile, Key);

    /// <summary>Who belongs to the clinic, in one partition: mails to owners need no search.</summary>
    public static Item Roster(Member member) => new Item(Keys.Roster(member.Id)).Set("role", member.Role.ToString());

    public static Role RoleOnRoster(Item row) => Enum.Parse<Role>(row.Need("role"));

    public static async Task<Member?> Read(TenantStore store, MemberId id, CancellationToken ct) =>
        await store.Get(Keys.Member(id), ct) is { } item ? await Open(store, id, item, ct) : null;

    public static async Task<Member> Open(TenantStore store, MemberId id, Item item, CancellationToken ct)
    {
        var profile = await store.Open(item, Body, Key, IdentityJson.Default.MemberProfile, ct)
            ?? throw new InvalidOperationException("A member has no profile.");
        return new Member(id, Enum.Parse<Role>(item.Need("role")), item.Need(Status), profile);
    }
}

internal static class MemberRefusals
{
    public static readonly Refusal NotActive = new(401, "sign-in-refused", "Address and password do not belong together.");
}
