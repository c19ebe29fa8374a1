using System.Globalization;
using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>Observation of one tooth, by its number of ISO 3950. What it replaces is what it derives from.</summary>
internal static class DentalFhir
{
    public const string ToothSystem = "urn:iso:std:iso:3950";
    public const string State = "State";
    public const string Surface = "Surface";
    public const string MobilityGrade = "Mobility grade";

    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var finding = entry.Body.Finding.DentalFinding!;
        json.Retraction(entry);
        json.Status(entry, finding.State == DentalState.Planned ? "registered" : "final");
        json.CodedOnce("category", FhirJson.CategorySystem, "exam");
        json.Worded("code", Codes.Of(finding.Code));
        json.SubjectAndVisit(entry, links);
        json.WriteString("effectiveDateTime", FhirJson.Instant(entry.Body.At));
        json.Note(finding.Note);
        json.Coded("bodySite", ToothSystem, finding.Tooth.ToString(CultureInfo.InvariantCulture));
        if (links.OfAny(finding.Replaces) is { } replaced)
        {
            json.Once("derivedFrom", () => json.WriteString("reference", replaced));
        }

        json.WriteStartArray("component");
        Component(json, State, () => json.WriteString("valueString", Codes.Of(finding.State)));
        foreach (var surface in finding.Surface ?? [])
        {
            Component(json, Surface, () => json.WriteString("valueString", Codes.Of(surface)));
        }

        if (finding.MobilityGrade is { } grade)
        {
            Component(json, MobilityGrade, () => json.WriteNumber("valueInteger", grade));
        }

        json.WriteEndArray();
    }

    private static void Component(Utf8JsonWriter json, string what, Action value)
    {
        json.WriteStartObject();
        json.Worded("code", what);
        value();
        json.WriteEndObject();
    }
}
