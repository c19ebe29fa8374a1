using System.Text.Json.Serialization;
using Clinic.Patients;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>Of FHIR's medication-statement-status; entered-in-error is a retraction.</summary>
[JsonConverter(typeof(CodeConverter<MedicationStatus>))]
public enum MedicationStatus
{
    Active,
    Completed,
    Intended,
    Stopped,
    OnHold,
    NotTaken,
    Unknown,
}

/// <summary>What she takes or took, whoever prescribed it (FHIR: MedicationStatement). Not a prescription.</summary>
/// <param name="Medication">ATC, SNOMED CT and RxNorm.</param>
/// <param name="Dose">In words, as 500 mg.</param>
/// <param name="Route">SNOMED CT.</param>
/// <param name="Frequency">In words, as twice a day after food.</param>
public sealed record MedicationFinding(
    Concept Medication, MedicationStatus Status, string? Dose = null, Concept? Route = null, string? Frequency = null,
    DateOnly? Start = null, DateOnly? End = null, string? Note = null) : IFinding
{
    private const int DoseMax = 120;

    ChartKind IFinding.Kind => ChartKind.Medication;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        Medication.Check(rules, at + ".medication", CodeSystems.Atc, CodeSystems.Snomed, CodeSystems.RxNorm);
        Route?.Check(rules, at + ".route", CodeSystems.Snomed);
        var earliest = scene.Birth.Date ?? scene.Day.AddYears(-PatientForm.AgeYearsMax);
        var goesOn = Status is MedicationStatus.Active or MedicationStatus.Intended or MedicationStatus.OnHold;
        rules.OptionalText(Dose, at + ".dose", DoseMax)
            .OptionalText(Frequency, at + ".frequency", DoseMax)
            .Need(Start is null || Start >= earliest, at + ".start", "not before she was born")
            .Need(Start is null || Status == MedicationStatus.Intended || Start <= scene.Day.AddDays(1), at + ".start",
                "not after the day of the entry, unless it is intended")
            .Need(End is null || Start is null || End >= Start, at + ".end", "not before the start")
            .Need(End is null || End >= earliest, at + ".end", "not before she was born")
            .Need(End is null || goesOn || End <= scene.Day.AddDays(1), at + ".end",
                "not after the day of the entry, unless it goes on")
            .OptionalProse(Note, at + ".note", ConditionFinding.NoteMax);
    }
}
