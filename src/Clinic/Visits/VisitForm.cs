using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;

namespace Clinic.Visits;

/// <summary>What is said of a visit when it is planned or amended.</summary>
/// <param name="Start">At most a year ago and two years ahead.</param>
/// <param name="Reason">Why she comes.</param>
/// <param name="Practitioner">The member who sees her.</param>
/// <param name="Location">One of the clinic's open locations; the only one there is when left out.</param>
public sealed record VisitForm(
    VisitClass Class, DateTimeOffset Start, string? Reason = null, MemberId? Practitioner = null, LocationId? Location = null)
{
    public const int ReasonLengthMax = 500;

    private static readonly TimeSpan PastMax = TimeSpan.FromDays(366);
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(731);

    internal Outcome<VisitRecord> ToRecord(string prefix, Placement placement, DateTimeOffset now)
    {
        var rules = new FieldRules()
            .OptionalProse(Reason, prefix + "reason", ReasonLengthMax)
            .Need(Start > now - PastMax && Start < now + AheadMax, prefix + "start", "from a year ago to two years ahead")
            .Need(placement.Allowed, prefix + "location", Placement.Rule);
        return rules.Refusal is { } refusal
            ? refusal
            : new VisitRecord(Class, Start.ToUniversalTime(), Reason?.Trim(), Practitioner, placement.Location);
    }
}
