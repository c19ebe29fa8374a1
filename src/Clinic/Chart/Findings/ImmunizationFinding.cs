using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>Of FHIR's immunization-status; entered-in-error is a retraction.</summary>
[JsonConverter(typeof(CodeConverter<ImmunizationStatus>))]
public enum ImmunizationStatus
{
    Completed,
    NotDone,
}

/// <summary>A vaccination, or that one was not given and why (FHIR: Immunization). Given at the instant of the entry.</summary>
/// <param name="VaccineCode">CVX and SNOMED CT.</param>
/// <param name="StatusReason">Needed of what was not done, and only then.</param>
/// <param name="DoseNumber">Of its series.</param>
/// <param name="Site">SNOMED CT.</param>
/// <param name="Route">SNOMED CT.</param>
public sealed record ImmunizationFinding(
    Concept VaccineCode, ImmunizationStatus Status, string? StatusReason = null, int? DoseNumber = null, string? LotNumber = null,
    DateOnly? ExpirationDate = null, Concept? Site = null, Concept? Route = null, string? Note = null) : IFinding
{
    private const int DoseMax = 20;
    private const int LotMax = 40;

    ChartKind IFinding.Kind => ChartKind.Immunization;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        VaccineCode.Check(rules, at + ".vaccineCode", CodeSystems.Cvx, CodeSystems.Snomed);
        Site?.Check(rules, at + ".site", CodeSystems.Snomed);
        Route?.Check(rules, at + ".route", CodeSystems.Snomed);
        var given = Status == ImmunizationStatus.Completed;
        rules.Need((StatusReason is not null) != given, at + ".statusReason", "needed of what was not done, and only then")
            .OptionalText(StatusReason, at + ".statusReason", Concept.TextMax)
            .Need(DoseNumber is null or (>= 1 and <= DoseMax), at + ".doseNumber", $"1 to {DoseMax}")
            .OptionalText(LotNumber, at + ".lotNumber", LotMax)
            .Need(given || (LotNumber is null && ExpirationDate is null && Site is null && Route is null), at,
                "no lot, expiry, site or route of what was not done")
            // Late by a day where the clinic's day is another than UTC's.
            .Need(ExpirationDate is null || ExpirationDate >= scene.Day.AddDays(-1), at + ".expirationDate",
                "not before the day on which it was given")
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
    }
}
