using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Records.HealthDocuments;

/// <summary>The types of health information that the national exchange knows and a clinic's record has.</summary>
[JsonConverter(typeof(CodeConverter<HealthDocumentType>))]
public enum HealthDocumentType
{
    /// <summary>Of one visit that began.</summary>
    OpConsultation,

    /// <summary>What she takes or is to take, as it was written down at one visit. Not a signed prescription.</summary>
    Prescription,

    /// <summary>Of one result of a laboratory or of imaging, or of one report.</summary>
    DiagnosticReport,

    /// <summary>All immunizations; its id is the patient's.</summary>
    Immunization,

    /// <summary>Of one document, the file in it.</summary>
    HealthDocument,

    /// <summary>Of vital signs that were taken together.</summary>
    Wellness,
}

/// <summary>A type as a path names it.</summary>
public readonly record struct HealthDocumentName(HealthDocumentType Value) : IParsable<HealthDocumentName>
{
    public static HealthDocumentName Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var name) ? name : throw new FormatException("Not a type of health document.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out HealthDocumentName result)
    {
        var found = Enum.GetValues<HealthDocumentType>().Where(t => Codes.Of(t) == s).ToList();
        result = new HealthDocumentName(found.FirstOrDefault());
        return found.Count == 1;
    }

    public override string ToString() => Codes.Of(Value);
}

/// <summary>What the national guide (NRCeS, ndhm.in 6.5.0) names each by.</summary>
/// <param name="Profile">Last part of the profile's canonical address.</param>
/// <param name="Snomed">Type of the Composition; where there is none, its title is the type.</param>
internal sealed record HealthDocumentForm(HealthDocumentType Type, string Profile, string Title, string? Snomed)
{
    private const string Profiles = "https://nrces.in/ndhm/fhir/r4/StructureDefinition/";

    private static readonly Dictionary<HealthDocumentType, HealthDocumentForm> Forms = new HealthDocumentForm[]
    {
        new(HealthDocumentType.OpConsultation, "OPConsultRecord", "OP consultation", "371530004"),
        new(HealthDocumentType.Prescription, "PrescriptionRecord", "Prescription", "440545006"),
        new(HealthDocumentType.DiagnosticReport, "DiagnosticReportRecord", "Diagnostic report", "721981007"),
        new(HealthDocumentType.Immunization, "ImmunizationRecord", "Immunization record", "41000179103"),
        new(HealthDocumentType.HealthDocument, "HealthDocumentRecord", "Health document", "419891008"),
        new(HealthDocumentType.Wellness, "WellnessRecord", "Wellness Record", null),
    }.ToDictionary(f => f.Type);

    public static string BundleProfile => Profiles + "DocumentBundle";

    public string ProfileUrl => Profiles + Profile;

    public static HealthDocumentForm Of(HealthDocumentType type) => Forms[type];
}
