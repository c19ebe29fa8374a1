using System.Globalization;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Audit;

/// <summary>What of the trail is asked for.</summary>
internal sealed record TrailWindow(
    DateTimeOffset From, DateTimeOffset To, PatientId? Patient, string? Actor, AuditAction? Action, int Size, string Identity)
{
    public bool Matches(Item row) =>
        (Patient is not { } patient || row.Text("pat") == Keys.Hex(patient.Value)
            || (row.Text("hits")?.Contains(Keys.Hex(patient.Value), StringComparison.Ordinal) ?? false))
        && (Actor is null || row.Need("by") == Actor)
        && (Action is null || row.Need("a") == Action.ToString());
}

/// <summary>The query string; ids and instants only, no data of a person.</summary>
public sealed record TrailQuery
{
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public PatientId? Patient { get; init; }

    /// <summary>A member's id, or system:topic.</summary>
    public string? Actor { get; init; }

    /// <summary>A name of the trail's actions, such as PatientRead.</summary>
    public string? Action { get; init; }

    public int? Size { get; init; }

    public string? Cursor { get; init; }

    private const int ActorLengthMax = 80;

    private static readonly DateTimeOffset Earliest = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal Outcome<TrailWindow> Decide(DateTimeOffset now, TimeSpan spanDefault)
    {
        // The present moment belongs to what is asked: entries of this very request's predecessors end before it.
        var to = To ?? now.AddSeconds(1);
        var from = From ?? (to > Earliest ? to - spanDefault : Earliest);
        var size = Size ?? Page<Item>.SizeDefault;
        // By name only: the enumeration's numbers are nobody's business, and Enum.TryParse would take them.
        AuditAction? action = Enum.TryParse<AuditAction>(Action, out var parsed) && Enum.IsDefined(parsed)
            && parsed.ToString() == Action ? parsed : null;
        var rules = new FieldRules()
            .Need(to > Earliest, "to", "not before there was a trail")
            .Need(from < to, "from", "before 'to'")
            .Need(Action is null || action is not null, "action", "a name of the trail's actions, such as PatientRead")
            .Need(Actor is null or { Length: > 0 and <= ActorLengthMax }, "actor", $"at most {ActorLengthMax} characters")
            .Need(size is >= 1 and <= Page<Item>.SizeMax, "size", $"1 to {Page<Item>.SizeMax}");
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        // A cursor of a query without 'to' must still hold for its next part, a moment later.
        var identity = string.Create(CultureInfo.InvariantCulture, $"trail {From:O} {To:O} {Patient} {Actor} {action}");
        return new TrailWindow(from, to, Patient, Actor, action, size, identity);
    }
}
