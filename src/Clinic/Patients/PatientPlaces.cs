using Clinic.Platform.Access;

namespace Clinic.Patients;

/// <summary>A location for a patient, and whether who asks may choose it.</summary>
internal readonly record struct Placement(LocationId? Location, bool Allowed)
{
    public const string Rule = "one of the clinic's open locations, at which you work";

    public static Placement Nowhere { get; } = new(null, true);
}

/// <summary>Where a caller may place a patient (ISO-5): at the open locations of the clinic at which the caller works.</summary>
/// <param name="Open">The clinic's open locations, as of this request's session read.</param>
internal sealed record PatientPlaces(LocationScope Scope, IReadOnlyList<LocationId> Open)
{
    public static PatientPlaces Of(Caller caller) => new(caller.Scope, caller.State?.Locations ?? []);

    /// <summary>
    /// Of a new patient. Where there is one to choose from it is filled in; who works at all locations may leave it open.
    /// </summary>
    public Placement ForNew(LocationId? asked)
    {
        List<LocationId> own = [.. Open.Where(o => Scope.Reaches(o))];
        return (asked ?? (own.Count == 1 ? own[0] : null)) is { } named
            ? new Placement(named, own.Contains(named))
            : new Placement(null, Scope.Ids is null);
    }

    /// <summary>
    /// Of one who is known: without a word she stays where she is, at a closed location too, for a client that leaves it out must
    /// not show her to everybody.
    /// </summary>
    public Placement ForKnown(LocationId? asked, LocationId? before) =>
        asked is null || asked == before ? new Placement(before, true) : ForNew(asked);
}
