using System.Text.Json.Serialization;
using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Staff;

/// <summary>The roles that a clinic gives.</summary>
[JsonConverter(typeof(CodeConverter<StaffRole>))]
public enum StaffRole
{
    Owner,
    Doctor,
    Receptionist,
}

/// <summary>What a member may do and where: rules for giving it, and how the trail tells it.</summary>
internal static class StaffAccess
{
    public static Role RoleOf(StaffRole role) => Enum.Parse<Role>(role.ToString());

    public static StaffRole Of(Role role) => Enum.Parse<StaffRole>(role.ToString());

    /// <summary>Which it is, must be said: nobody shall work everywhere because a field was left out.</summary>
    /// <param name="allowed">The clinic's open locations; for a member also those given before.</param>
    public static FieldRules Access(
        this FieldRules rules, StaffRole role, IReadOnlyList<LocationId>? locations, bool all,
        IReadOnlyCollection<LocationId> allowed)
    {
        rules.Need(all == (locations is null), "locations", "either locations, or allLocations true")
            .Need(role != StaffRole.Owner || locations is null, "locations", "none for an owner, who works at all of them")
            .Need(locations is null or { Count: > 0 }, "locations", "at least one");
        for (var i = 0; i < Math.Min(locations?.Count ?? 0, FieldRules.ErrorsMax); i++)
        {
            rules.Need(allowed.Contains(locations![i]), $"locations[{i}]", "an open location of the clinic");
        }

        return rules.Need(locations is null || locations.Count <= FieldRules.ErrorsMax, "locations", "one each at most");
    }

    public static LocationScope ScopeOf(IReadOnlyList<LocationId>? locations) =>
        locations is null ? LocationScope.All : LocationScope.Of(locations);

    /// <summary>Codes and ids: every change of access stands in the trail (IDN-7).</summary>
    public static string Note(Role role, LocationScope scope) => $"{SessionViews.RoleCode(role)} at {scope.Text}";

    /// <summary>
    /// Some owner beside the member whose role ends must stay one. The condition lies on the other owner's row, so that two
    /// owners who remove each other at once do not both succeed.
    /// </summary>
    public static async Task<Outcome<Change>> KeepAnOwner(
        Change change, TenantStore store, MemberId than, CancellationToken ct) =>
        (await Roster.Owners(store, ct)).Where(o => o != than).Cast<MemberId?>().FirstOrDefault() is { } other
            ? change.Require(Keys.Roster(other), MemberItem.IsOwner, StaffRefusals.LastOwner)
            : StaffRefusals.LastOwner;
}

internal static class StaffRefusals
{
    public static readonly Refusal LastOwner = new(409, "last-owner", "A clinic has at least one owner.");

    public static readonly Refusal AlreadyMember = new(409, "already-member", "Somebody with this address works here.");

    public static readonly Refusal AlreadyInvited = new(409, "already-invited", "An invitation to this address is open.");

    public static readonly Refusal TooManyInvitations = new(409, "too-many-invitations",
        $"At most {InvitationItem.OpenMax} invitations are open at once.");

    public static readonly Refusal TooManyClinics = new(409, "too-many-clinics",
        $"One address works for at most {LoginPointers.PerAddressMax} clinics.");
}
