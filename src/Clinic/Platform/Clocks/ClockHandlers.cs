using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Platform.Clocks;

/// <summary>
/// A clock that fell due, of one clinic. The index holds keys only, so kind and subject come from the key; whether it is
/// really due is decided on the clock's own row, in the transaction of what it causes.
/// </summary>
internal sealed record DueClock(string Kind, string Subject, Caller Caller, TenantStore Store)
{
    public Key Place => Keys.Clock(Kind, Subject);

    /// <summary>The change that this clock causes; it takes the clock away, so the act happens once.</summary>
    public Change Effect(AuditAction action, string? subject = null) =>
        Change.By(Caller, action, subject: subject ?? Subject).Delete(Place, Condition.Exists, ClockRefusals.NotRunning);

    /// <summary>Takes away a clock whose subject is settled otherwise.</summary>
    public Change Stop(AuditAction action, string note) => Effect(action).Noting(note);
}

internal static class ClockRefusals
{
    public static readonly Refusal NotRunning = new(409, "clock-not-running", "This clock was stopped or has struck.");
    public static readonly Refusal NotYet = new(409, "clock-not-yet", "This clock is not due yet.");
}

/// <summary>What each kind of clock causes; made of the modules' lists.</summary>
internal sealed class ClockHandlers
{
    private readonly Dictionary<string, Func<IServiceProvider, DueClock, DateTimeOffset, CancellationToken,
    Task<Done>>> handlers = new(StringComparer.Ordinal);

    public void On(string kind, Func<IServiceProvider, DueClock, DateTimeOffset, CancellationToken, Task<Done>> strike) =>
        handlers.Add(kind, strike);

    public Func<IServiceProvider, DueClock, DateTimeOffset, CancellationToken, Task<Done>>? For(string kind) =>
        handlers.GetValueOrDefault(kind);
}

/// <summary>Rows of running clocks.</summary>
internal static class ClockRow
{
    public static Item Start(string kind, string subject, DateTimeOffset due) => new Item(Keys.Clock(kind, subject)).SetDue(due);
}
