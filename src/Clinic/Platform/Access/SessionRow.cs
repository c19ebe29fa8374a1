using Clinic.Platform.Clocks;
using Clinic.Platform.Store;

namespace Clinic.Platform.Access;

/// <summary>
/// A session as stored under the hash of its secret. Member, role and locations stand in it, so that a request needs no member
/// read; a change of these ends or rewrites the sessions in its own transaction.
/// </summary>
internal static class SessionRow
{
    /// <summary>However active, a session ends after this.</summary>
    public static TimeSpan LengthMax => Durations.SessionEnd.Length;

    /// <param name="freeze">The last freeze of the clinic: see <see cref="TenantState.Freeze"/>.</param>
    public static Item Write(
        string hash, SessionId id, MemberId member, Role role, LocationScope scope, DateTimeOffset startedAt, string? freeze)
    {
        var row = Granting(hash, role, scope)
            .Set("id", id.ToString())
            .Set("member", member.ToString())
            .Set("started", startedAt)
            .Set("ends", startedAt + LengthMax);
        return freeze is null ? row : row.Set(TenantStateItem.Freeze, freeze);
    }

    /// <summary>What a change of access rewrites in a running session.</summary>
    public static Item Granting(string hash, Role role, LocationScope scope) =>
        new Item(Keys.Session(hash)).Set("role", role.ToString()).Set("locs", scope.Text);

    public static SessionFacts Read(Item item) => new(
        Id.Parse<SessionId>(item.Need("id")),
        Id.Parse<MemberId>(item.Need("member")),
        Enum.Parse<Role>(item.Need("role")),
        LocationScope.Read(item.Need("locs")),
        item.Instant("started"),
        item.Instant("ends"),
        item.Text(TenantStateItem.Freeze));

    /// <summary>
    /// Whether a session opens a door: its time runs, its clinic works, and it was begun after the clinic's last freeze.
    /// </summary>
    public static bool Admits(SessionFacts session, TenantState clinic, DateTimeOffset now) =>
        session.EndsAt > now && clinic.Status == TenantStatus.Active && session.Freeze == clinic.Freeze;
}

/// <param name="Freeze">The clinic's last freeze when the session began.</param>
internal sealed record SessionFacts(
    SessionId Id, MemberId Member, Role Role, LocationScope Scope, DateTimeOffset StartedAt, DateTimeOffset EndsAt,
    string? Freeze = null);
