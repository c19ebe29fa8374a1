using Clinic.Platform.Clocks;
using Clinic.Platform.Store;

namespace Clinic.Platform.Access;

/// <summary>
/// A session as stored under the hash of its secret. Role and member stand in it, so that a request needs no member read;
/// a change of either ends or replaces the sessions in its own transaction.
/// </summary>
internal static class SessionRow
{
    /// <summary>However active, a session ends after this.</summary>
    public static TimeSpan LengthMax => Durations.SessionEnd.Length;

    public static Item Write(string hash, SessionId id, MemberId member, Role role, DateTimeOffset startedAt) =>
        new Item(Keys.Session(hash))
            .Set("id", id.ToString())
            .Set("member", member.ToString())
            .Set("role", role.ToString())
            .Set("started", startedAt)
            .Set("ends", startedAt + LengthMax);

    public static SessionFacts Read(Item item) => new(
        Id.Parse<SessionId>(item.Need("id")),
        Id.Parse<MemberId>(item.Need("member")),
        Enum.Parse<Role>(item.Need("role")),
        item.Instant("started"),
        item.Instant("ends"));
}

internal sealed record SessionFacts(SessionId Id, MemberId Member, Role Role, DateTimeOffset StartedAt, DateTimeOffset EndsAt);
