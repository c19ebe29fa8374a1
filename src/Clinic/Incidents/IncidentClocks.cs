using System.Text.Json.Serialization;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;

namespace Clinic.Incidents;

[JsonConverter(typeof(CodeConverter<IncidentClockState>))]
public enum IncidentClockState
{
    Running,
    Overdue,

    /// <summary>The law gives no hours: at once.</summary>
    WithoutDelay,

    /// <summary>The rule applies to what is noticed from its effective day on, and this was noticed before.</summary>
    NotInForce,

    /// <summary>Done in time.</summary>
    Met,

    /// <summary>Done, but after the deadline.</summary>
    Late,
}

/// <param name="Due">When it must be done.</param>
/// <param name="Then">What must be done by then.</param>
/// <param name="EffectiveFrom">Set while the rule is not in force for this incident.</param>
public sealed record IncidentClock(
    string Name, DateTimeOffset Due, IncidentClockState State, string Anchor, string Then, string Source,
    DateOnly? EffectiveFrom);

/// <summary>
/// The clocks of an incident, all from the instant of awareness; computed, so they cannot disagree with the table.
/// </summary>
internal static class IncidentClocks
{
    /// <param name="clinics">The affected clinics; they decide the state of the clock for telling them.</param>
    public static IReadOnlyList<IncidentClock> OfPlatform(
        DateTimeOffset awareAt, IReadOnlyList<AffectedClinic> clinics, DateTimeOffset now) =>
        [.. Durations.Incident.Select(d => View(d, awareAt, d == Durations.ClinicTold ? ToldAt(clinics) : null, now))];

    /// <summary>Being told is over for whoever reads this.</summary>
    public static IReadOnlyList<IncidentClock> OfClinic(DateTimeOffset awareAt, DateTimeOffset now) =>
        [.. Durations.Incident.Where(d => d != Durations.ClinicTold).Select(d => View(d, awareAt, null, now))];

    internal static IncidentClock View(Duration duration, DateTimeOffset awareAt, DateTimeOffset? doneAt, DateTimeOffset now)
    {
        var due = awareAt + duration.Length;
        var applies = duration.AppliesTo(awareAt);
        var state = (applies, doneAt) switch
        {
            (false, _) => IncidentClockState.NotInForce,
            (_, { } done) => done <= due ? IncidentClockState.Met : IncidentClockState.Late,
            _ when duration.Length == TimeSpan.Zero => IncidentClockState.WithoutDelay,
            _ => now <= due ? IncidentClockState.Running : IncidentClockState.Overdue,
        };
        return new IncidentClock(
            duration.Name, due, state, duration.Anchor, duration.AtDeadline, duration.Source,
            applies ? null : duration.EffectiveFrom);
    }

    /// <summary>When the last clinic was told; null while one that exists is not, and when nobody was told at all.</summary>
    private static DateTimeOffset? ToldAt(IReadOnlyList<AffectedClinic> clinics) =>
        clinics.Any(c => c.State is ClinicNotice.Pending or ClinicNotice.Unreachable)
            ? null
            : clinics.Where(c => c.State == ClinicNotice.Told).Max(c => c.At);
}
