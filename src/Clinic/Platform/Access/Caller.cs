using System.Reflection;
using System.Text.Json.Serialization;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Http;

namespace Clinic.Platform.Access;

/// <summary>
/// Who acts, for which clinic. Made only by the session middleware, by a public route for the clinic that it concerns, or by
/// a consumer; never bound from what a client sends (ISO-2).
/// </summary>
public sealed record Caller
{
    private const string ItemName = "clinic.caller";

    public required TenantId Tenant { get; init; }

    /// <summary>Member id, or "system:topic", or "public" before anybody is known.</summary>
    public required string Actor { get; init; }

    public required Role Role { get; init; }

    /// <summary>The locations whose patients this caller may see (ISO-5). Systems see all.</summary>
    public required LocationScope Scope { get; init; }

    /// <summary>Set when a member acts.</summary>
    public MemberId? Member { get; init; }

    /// <summary>The session's place in the store; null without one.</summary>
    public string? SessionHash { get; init; }

    public SessionId? Session { get; init; }

    /// <summary>State of the clinic as of this request's session read.</summary>
    public TenantState? State { get; init; }

    public string RequestId { get; init; } = "";

    /// <summary>What made a system act: the message, or the clock.</summary>
    public string? Cause { get; init; }

    /// <summary>Address and device; sealed in the trail.</summary>
    public ClientTrace? Trace { get; init; }

    /// <summary>On which role's credentials this caller's store works: it bounds what a wrong line of code can reach.</summary>
    internal string StoreRole { get; init; } = RoleNames.TenantData;

    /// <summary>Set when the request carries an Idempotency-Key.</summary>
    public IdempotencyClaim? Idempotency { get; init; }

    public static Caller System(TenantId tenant, string topic, string cause) =>
        new() { Tenant = tenant, Actor = "system:" + topic, Role = Role.System, Scope = LocationScope.All, Cause = cause,
            RequestId = cause };

    /// <summary>
    /// Tells a clinic's own people something, frozen or not: on a role that unwraps their contacts and nothing of a patient.
    /// </summary>
    public static Caller Notice(TenantId tenant, string topic, string cause) =>
        System(tenant, topic, cause) with { StoreRole = RoleNames.TenantNotice };

    /// <summary>A person not known yet, acting on one clinic: sign-up, confirmation, sign-in.</summary>
    public static Caller Public(TenantId tenant, HttpContext http) => new()
    {
        Tenant = tenant,
        Actor = "public",
        Role = Role.Public,
        Scope = LocationScope.Of([]),
        RequestId = http.TraceIdentifier,
        Trace = ClientTrace.Of(http),
    };

    /// <summary>
    /// Minimal APIs bind a complex parameter from the body unless told otherwise: a body of {"tenant":"victim"} would name
    /// its own clinic. This takes the caller that the session middleware made, and nothing else.
    /// </summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult(Of(context));

    public static Caller? Of(HttpContext http) => http.Items[ItemName] as Caller;

    internal void Enter(HttpContext http) => http.Items[ItemName] = this;
}

/// <summary>Address and device as the trail keeps them; bounded, so that an entry stays within one write unit.</summary>
public sealed record ClientTrace(string Address, string Device)
{
    private const int DeviceLengthMax = 160;

    public static ClientTrace Of(HttpContext http)
    {
        var device = http.Request.Headers.UserAgent.ToString();
        return new(
            http.Connection.RemoteIpAddress?.ToString() ?? "unknown",
            device.Length <= DeviceLengthMax ? device : device[..DeviceLengthMax]);
    }
}

/// <summary>A clinic's state, read with each request: it is how a freeze holds on the next one.</summary>
/// <param name="IndexEpoch">The epoch of the search items that are looked up.</param>
public sealed record TenantState(TenantStatus Status, int IndexEpoch)
{
    /// <summary>The open locations: which a patient or a member may be given is known without a read.</summary>
    public IReadOnlyList<LocationId> Locations { get; init; } = [];

    /// <summary>An epoch that is being filled: who writes search items writes them in it too. Null at rest.</summary>
    public int? FillingEpoch { get; init; }

    /// <summary>An epoch that is being emptied: who takes search items away takes them from it too. Null at rest.</summary>
    public int? LeavingEpoch { get; init; }

    /// <summary>
    /// The last freeze, in force or lifted; null when there was none. A session belongs to the time between two of them, so
    /// whoever was signed in before a freeze is not signed in after it.
    /// </summary>
    public string? Freeze { get; init; }

    /// <summary>Who froze it; null while it is not frozen.</summary>
    public FreezeBy? FrozenBy { get; init; }

    /// <summary>Beneath the platform's freeze lies an owner's own, which stays in force when the platform's is lifted.</summary>
    public bool OwnersToo { get; init; }

    /// <summary>The last offer to the owner to lift her own freeze; null when there was none.</summary>
    public string? ReleaseOffer { get; init; }

    internal IEnumerable<int> EpochsWritten => FillingEpoch is { } filling ? [IndexEpoch, filling] : [IndexEpoch];

    internal IEnumerable<int> EpochsEmptied => LeavingEpoch is { } leaving ? [.. EpochsWritten, leaving] : EpochsWritten;
}

public enum TenantStatus
{
    /// <summary>Signed up; the owner's address is not confirmed: nobody signs in, nothing leaves but the confirmation.</summary>
    Unconfirmed,
    Active,

    /// <summary>Contained after a breach, or by the owner: no session works.</summary>
    Frozen,

    /// <summary>Nothing is left but the trail.</summary>
    Purged,
}

/// <summary>Who froze a clinic, and so what it takes to lift it.</summary>
[JsonConverter(typeof(CodeConverter<FreezeBy>))]
public enum FreezeBy
{
    /// <summary>Lifted by the owner, after an operator offered it to her by mail.</summary>
    Owner,

    /// <summary>Lifted by an operator.</summary>
    Platform,
}
