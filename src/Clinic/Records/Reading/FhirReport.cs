using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Records.Fhir;

namespace Clinic.Records.Reading;

/// <summary>DiagnosticReport: of imaging when a category says so, else of a laboratory.</summary>
internal static class FhirReport
{
    private const string DicomModalities = "http://dicom.nema.org/resources/ontology/DCM";

    /// <summary>Of v2-0074, HL7's diagnostic services, what makes pictures.</summary>
    private static readonly string[] Imaging = ["RAD", "RX", "CT", "NMR", "NMS", "RUS", "OUS", "CUS", "VUS", "XRC", "CTH", "MRI"];

    public static ReadResource Read(JsonElement report)
    {
        var (text, isError) = (report.Text("status"), FhirValues.IsEnteredInError(report.Text("status")));
        var at = report.Instant("effectiveDateTime") ?? report.Member("effectivePeriod").Instant("start")
            ?? report.Instant("issued");
        if (at is null)
        {
            return NotRecorded.NoTime;
        }

        var isImaging = report.Each("category").SelectMany(c => c.Each("coding")).Any(c => Imaging.Contains(c.Text("code")));
        var read = isImaging ? OfImaging(report, at, text, isError) : OfLaboratory(report, at, text, isError);
        return read.Found is { } found ? found with { IsRetracted = isError } : read;
    }

    private static ReadResource OfImaging(JsonElement report, DateTimeOffset? at, string? text, bool isError)
    {
        if ((isError ? ImagingStatus.Registered : FhirValues.Enum<ImagingStatus>(text)) is not { } status)
        {
            return NotRecorded.Status;
        }

        var modality = report.Member("code").Each("coding").FirstOrDefault(c => c.Text("system") == DicomModalities).Text("code");
        var said = FhirValues.Words(report.Text("conclusion"));
        return modality is null
            ? NotRecorded.Modality
            : Recordable.Of(at, report, new FindingMembers
            {
                ImagingResult = new ImagingResult(
                    modality, status, SiteOf(report),
                    Narrative.TextOf(report) ?? said ?? report.Member("code").Concept()?.Text, said),
            });
    }

    /// <summary>As we write it: the resource has no element for the part of the body.</summary>
    private static Concept? SiteOf(JsonElement report) => report.Each("contained")
        .FirstOrDefault(c => c.Member("code").Text("text") == ImagingFhir.SiteText).Member("valueCodeableConcept")
        .Concept(CodeSystems.Snomed);

    private static ReadResource OfLaboratory(JsonElement report, DateTimeOffset? at, string? text, bool isError)
    {
        LabStatus? status = text switch
        {
            _ when isError => LabStatus.Preliminary,
            "registered" or "partial" => LabStatus.Preliminary,
            "appended" => LabStatus.Amended,
            _ => FhirValues.Enum<LabStatus>(text),
        };
        if (status is not { } known)
        {
            return NotRecorded.Status;
        }

        if (report.Member("code").Concept(CodeSystems.Loinc, CodeSystems.Snomed) is not { } code)
        {
            return NotRecorded.NoCode;
        }

        var results = report.Each("result").Select(r => r.Text("reference")).OfType<string>().Distinct().ToList();
        return Recordable.Of(at, report, new FindingMembers
        {
            LabReport = new LabReport(
                code, known, null, FhirValues.Words(report.Text("conclusion")),
                FhirValues.Words(report.First("performer").Text("display"))),
        }) with
        {
            Results = [.. results.Take(LabReport.ResultsMax)],
        };
    }
}
