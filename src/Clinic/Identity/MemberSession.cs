using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Identity;

/// <summary>Address and device of a sign-in, for its owner to recognise (IDN-8); sealed.</summary>
public sealed record SessionDevice(string Address, string Device);

/// <summary>The list of a member's own sessions: beside each session row, one row in the member's partition.</summary>
internal static class MemberSessionItem
{
    private const string Body = "b";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    /// <param name="caller">With the trace of the sign-in and the state of the clinic.</param>
    public static Item Write(MemberId member, SessionId session, string hash, Caller caller, DateTimeOffset now)
    {
        var row = new Item(Keys.MemberSession(member, session))
            .Set("id", session.ToString())
            .Set("hash", hash)
            .Set("started", now)
            .Set("ends", now + SessionRow.LengthMax)
            .Seal(
                Body, new SessionDevice(caller.Trace!.Address, caller.Trace.Device), IdentityJson.Default.SessionDevice, Key);
        return caller.State?.Freeze is { } freeze ? row.Set(TenantStateItem.Freeze, freeze) : row;
    }

    /// <summary>A freeze ended those before it; their rows wait for their clock.</summary>
    public static bool IsOfThisTime(Item row, TenantState? clinic) => row.Text(TenantStateItem.Freeze) == clinic?.Freeze;

    public static Task<SessionDevice?> Device(TenantStore store, Item item, CancellationToken ct) =>
        store.Open(item, Body, Key, IdentityJson.Default.SessionDevice, ct);

    public static string ClockSubject(MemberId member, SessionId session) =>
        $"{Keys.Hex(member.Value)}#{Keys.Hex(session.Value)}";

    public static (MemberId Member, SessionId Session) FromClock(string subject)
    {
        var parts = subject.Split('#');
        return (new(Guid.ParseExact(parts[0], "N")), new(Guid.ParseExact(parts[1], "N")));
    }
}
