using System.Text.Json;
using Clinic.Chart;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>DiagnosticReport of a laboratory: its results are Observations beside it.</summary>
internal static class LabReportFhir
{
    public const string SectionSystem = "http://terminology.hl7.org/CodeSystem/v2-0074";

    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var report = entry.Body.Finding.LabReport!;
        json.Retraction(entry);
        json.Status(entry, Codes.Of(report.Status));
        json.CodedOnce("category", SectionSystem, "LAB");
        json.Concept("code", report.Code);
        json.SubjectAndVisit(entry, links);
        json.WriteString("effectiveDateTime", FhirJson.Instant(entry.Body.At));
        if (report.Performer is { } performer)
        {
            json.Once("performer", () => json.WriteString("display", performer));
        }

        Results(json, [.. (report.Results ?? []).Select(id => links.Of(id)).OfType<string>()]);
        json.Optional("conclusion", report.Conclusion);
    }

    /// <summary>One result as a report of its own.</summary>
    public static FhirResource Around(FindingEntry entry, Guid id, string resultUrl, FhirLinks links)
    {
        var result = entry.Body.Finding.LabResult!;
        var json = FhirJson.Bytes(json =>
        {
            json.Head("DiagnosticReport", id, entry.Row.Version, entry.Row.VersionAt);
            json.Status(entry, Codes.Of(result.Status));
            json.CodedOnce("category", SectionSystem, "LAB");
            json.Concept("code", result.Code);
            json.SubjectAndVisit(entry, links);
            json.WriteString("effectiveDateTime", FhirJson.Instant(entry.Body.At));
            json.WriteString("issued", FhirJson.Instant(entry.Row.VersionAt));
            if (result.Performer is { } performer)
            {
                json.Once("performer", () => json.WriteString("display", performer));
            }

            Results(json, [resultUrl]);
        });
        return new FhirResource("DiagnosticReport", FhirJson.Url(id), json);
    }

    private static void Results(Utf8JsonWriter json, IReadOnlyList<string> urls)
    {
        if (urls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("result");
        foreach (var url in urls)
        {
            json.WriteStartObject();
            json.WriteString("reference", url);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
