using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Identity;

/// <summary>Who belongs to a clinic.</summary>
internal static class Roster
{
    public static async Task<IReadOnlyList<MemberId>> Owners(TenantStore store, CancellationToken ct)
    {
        var owners = new List<MemberId>();
        string? from = null;
        do
        {
            var page = await store.Query(Keys.RosterArea, "", Page<Item>.SizeMax, from, newestFirst: false, ct);
            owners.AddRange(page.Items.Where(r => MemberItem.RoleOnRoster(r) == Role.Owner)
                .Select(MemberItem.IdOnRoster));
            from = page.NextSort;
        }
        while (from is not null);

        return owners;
    }
}
