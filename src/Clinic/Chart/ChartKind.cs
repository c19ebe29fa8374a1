using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Chart;

/// <summary>
/// What stands in a patient's record, each with the FHIR R4 resource that it goes out as. The code stands plainly in keys.
/// </summary>
[JsonConverter(typeof(CodeConverter<ChartKind>))]
public enum ChartKind
{
    /// <summary>Encounter: she was, or will be, seen.</summary>
    Visit,

    /// <summary>Composition: what was written about a visit.</summary>
    Note,

    /// <summary>Observations of category vital-signs, taken together.</summary>
    VitalSigns,

    /// <summary>Condition: a diagnosis or problem.</summary>
    Condition,

    /// <summary>AllergyIntolerance.</summary>
    Allergy,

    /// <summary>MedicationStatement: what she takes, whoever prescribed it.</summary>
    Medication,

    /// <summary>FamilyMemberHistory.</summary>
    FamilyHistory,

    /// <summary>Immunization.</summary>
    Immunization,

    /// <summary>Procedure: what was done.</summary>
    Procedure,

    /// <summary>Observation of category laboratory.</summary>
    LabResult,

    /// <summary>DiagnosticReport of imaging.</summary>
    ImagingResult,

    /// <summary>DiagnosticReport of a laboratory: results that came together.</summary>
    LabReport,

    /// <summary>Any other Observation: of an examination, of her way of life, of a questionnaire.</summary>
    Observation,

    /// <summary>CarePlan: what is to be done over a time.</summary>
    CarePlan,

    /// <summary>Observation of teeth and surfaces, found or planned.</summary>
    DentalFinding,

    /// <summary>DocumentReference: a file.</summary>
    Document,
}
