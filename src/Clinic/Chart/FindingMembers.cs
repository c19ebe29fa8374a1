using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Chart;

/// <summary>A finding: exactly one of these.</summary>
public record FindingMembers
{
    private const string Rule =
        "exactly one of vitalSigns, condition, allergy, medication, familyHistory, immunization, procedure, labResult, "
        + "imagingResult, labReport, observation, carePlan and dentalFinding";

    public VitalSigns? VitalSigns { get; init; }

    public ConditionFinding? Condition { get; init; }

    public AllergyFinding? Allergy { get; init; }

    public MedicationFinding? Medication { get; init; }

    public FamilyHistoryFinding? FamilyHistory { get; init; }

    public ImmunizationFinding? Immunization { get; init; }

    public ProcedureFinding? Procedure { get; init; }

    public LabResult? LabResult { get; init; }

    public ImagingResult? ImagingResult { get; init; }

    public LabReport? LabReport { get; init; }

    public ObservationFinding? Observation { get; init; }

    public CarePlanFinding? CarePlan { get; init; }

    public DentalFinding? DentalFinding { get; init; }

    /// <summary>The only one, with the name under which it stands.</summary>
    internal Outcome<NamedFinding> Only()
    {
        (string Name, IFinding? Finding)[] all =
        [
            ("vitalSigns", VitalSigns), ("condition", Condition), ("allergy", Allergy), ("medication", Medication),
            ("familyHistory", FamilyHistory), ("immunization", Immunization), ("procedure", Procedure), ("labResult", LabResult),
            ("imagingResult", ImagingResult), ("labReport", LabReport), ("observation", Observation), ("carePlan", CarePlan),
            ("dentalFinding", DentalFinding),
        ];
        var given = all.Where(f => f.Finding is not null).ToList();
        return given is [var (name, finding)]
            ? new NamedFinding(name, finding!)
            : Refusal.Invalid([new FieldError(given.Count > 1 ? given[1].Name : JsonFields.Whole, Rule)]);
    }
}

internal sealed record NamedFinding(string Name, IFinding Finding);
