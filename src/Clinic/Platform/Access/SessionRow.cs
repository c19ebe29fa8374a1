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

    public static Item Write(
        string hash, SessionId id, MemberId member, Role role, LocationScope scope, DateTimeOffset startedAt) =>
        Granting(hash, role, scope)
            .Set("id", id.ToString())
            .Set("member", member.ToString())
            .Set("started", startedAt)
            .Set("ends", startedAt + LengthMax);

    /// <summary>What a change of access rewrites in a running session.</summary>
    public static Item Granting(string hash, Role role, LocationScope scope) =>
        new Item(Keys.Session(hash)).Set("role", role.ToString()).Set("locs", scope.Text);

    public static SessionFacts Read(Item item) => new(
        Id.Parse<SessionId>(item.Need("id")),
        Id.Parse<MemberId>(item.Need("member")),
        Enum.Parse<Role>(item.Need("role")),
        LocationScope.Read(item.Need("locs")),
        item.Instant("started"),
        item.Instant("ends"));
}

internal sealed record SessionFacts(
    SessionId Id, MemberId Member, Role Role, LocationScope Scope, DateTimeOffset StartedAt, DateTimeOffset EndsAt);
