using System.Text.Json.Serialization;
using Clinic.Platform.Http;

namespace Clinic.Chart.Findings;

/// <summary>Of FHIR's diagnostic-report-status; entered-in-error is a retraction.</summary>
[JsonConverter(typeof(CodeConverter<ImagingStatus>))]
public enum ImagingStatus
{
    Registered,
    Partial,
    Preliminary,
    Final,
    Amended,
    Corrected,
    Cancelled,
}

/// <summary>What was seen on pictures (FHIR: DiagnosticReport of imaging). The pictures are documents.</summary>
/// <param name="Modality">By DICOM, as CT or MR.</param>
/// <param name="BodySite">SNOMED CT.</param>
/// <param name="Report">Needed when final.</param>
public sealed record ImagingResult(
    string Modality, ImagingStatus Status, Concept? BodySite = null, string? Report = null, string? Conclusion = null) : IFinding
{
    /// <summary>With the other texts and sealed, below what spills out of a row.</summary>
    private const int ReportMax = 8_000;
    private const int ConclusionMax = 1_000;

    /// <summary>Acquisition modalities of DICOM PS3.16, CID 29, as clinics have them.</summary>
    private static readonly string[] Modalities =
    [
        "BMD", "CR", "CT", "DX", "ECG", "ES", "IO", "IVUS", "MG", "MR", "NM", "OCT", "OP", "OPT", "PT", "PX", "RF", "US", "XA",
        "XC",
    ];

    ChartKind IFinding.Kind => ChartKind.ImagingResult;

    void IFinding.Check(FieldRules rules, string at, FindingScene scene)
    {
        BodySite?.Check(rules, at + ".bodySite", CodeSystems.Snomed);
        var said = Status is ImagingStatus.Final or ImagingStatus.Amended or ImagingStatus.Corrected;
        rules.Need(Modalities.Contains(Modality), at + ".modality", "one of " + string.Join(' ', Modalities))
            .Need(!said || Report is not null, at + ".report", "needed of a report that is final")
            .OptionalProse(Report, at + ".report", ReportMax)
            .OptionalProse(Conclusion, at + ".conclusion", ConclusionMax);
    }
}
