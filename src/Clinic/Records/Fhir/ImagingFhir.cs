using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>
/// DiagnosticReport of imaging. The report's words are its narrative; the part of the body, for which the resource has no
/// element, is a contained Observation among its results.
/// </summary>
internal static class ImagingFhir
{
    public const string SiteText = "Body site";
    private const string Dicom = "http://dicom.nema.org/resources/ontology/DCM";
    private const string Site = "site";

    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var imaging = entry.Body.Finding.ImagingResult!;
        json.Narrative("additional", imaging.Report, FindingFhir.RetractionText(entry));
        if (imaging.BodySite is { } site)
        {
            json.Once("contained", () => Contained(json, site));
        }

        json.Status(entry, Codes.Of(imaging.Status));
        json.CodedOnce("category", LabReportFhir.SectionSystem, "RAD");
        json.Coded("code", Dicom, imaging.Modality, imaging.Modality + " report");
        json.SubjectAndVisit(entry, links);
        json.WriteString("effectiveDateTime", FhirJson.Instant(entry.Body.At));
        if (imaging.BodySite is not null)
        {
            json.Once("result", () => json.WriteString("reference", "#" + Site));
        }

        json.Optional("conclusion", imaging.Conclusion);
    }

    private static void Contained(Utf8JsonWriter json, Concept site)
    {
        json.WriteString("resourceType", "Observation");
        json.WriteString("id", Site);
        json.WriteString("status", "final");
        json.Worded("code", SiteText);
        json.Concept("valueCodeableConcept", site);
    }
}
