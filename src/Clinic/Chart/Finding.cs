using Clinic.Chart.Findings;
using Clinic.Patients;
using Clinic.Platform.Http;

namespace Clinic.Chart;

/// <summary>What rules of a finding may look at beside itself.</summary>
/// <param name="At">When it was found.</param>
internal sealed record FindingScene(PatientBirth Birth, DateTimeOffset At, DateTimeOffset Now)
{
    /// <summary>Later than UTC is nowhere by more: a day of birth began there first.</summary>
    private static readonly TimeSpan ZoneMax = TimeSpan.FromHours(14);

    public bool IsBeforeBirth => Birth.Date is { } born && DateOnly.FromDateTime((At + ZoneMax).UtcDateTime) < born;

    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);

    /// <summary>
    /// The last day that may be called past somewhere. An entry that is amended knows of days after its own: when what it says
    /// ended.
    /// </summary>
    public DateOnly LastDay => DateOnly.FromDateTime(Now.UtcDateTime).AddDays(1);
}

/// <summary>One kind of finding: what was sent, its rules, and what follows from it. Pure.</summary>
internal interface IFinding
{
    ChartKind Kind { get; }

    /// <param name="at">The JSON path at which it stands.</param>
    void Check(FieldRules rules, string at, FindingScene scene);

    EntryDerived? Derive(FindingScene scene) => null;
}

/// <summary>What the server works out of a finding; what was sent stands beside it as it was sent.</summary>
/// <param name="Measures">Vital signs in one unit each, with their codes, and the body mass index.</param>
/// <param name="Flags">What is outside of what is usual at her age. Informs; refuses nothing.</param>
/// <param name="Interpretation">Of a laboratory result against its range: L, N, H, LL, HH or A (FHIR).</param>
public sealed record EntryDerived(
    IReadOnlyList<DerivedMeasure>? Measures = null, IReadOnlyList<EntryFlag>? Flags = null, string? Interpretation = null);
