using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>Observation of category laboratory.</summary>
internal static class LabResultFhir
{
    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var result = entry.Body.Finding.LabResult!;
        json.Retraction(entry);
        json.Status(entry, Codes.Of(result.Status));
        json.CodedOnce("category", FhirJson.CategorySystem, "laboratory");
        json.Concept("code", result.Code);
        json.SubjectAndVisit(entry, links);
        json.WriteString("effectiveDateTime", FhirJson.Instant(entry.Body.At));
        if (result.Performer is { } performer)
        {
            json.Once("performer", () => json.WriteString("display", performer));
        }

        if (result.ValueQuantity is { } quantity)
        {
            json.Quantity("valueQuantity", quantity.Value, quantity.Unit, quantity.Comparator);
        }

        json.Optional("valueString", result.ValueString);
        json.Concept("valueCodeableConcept", result.ValueCodeableConcept);
        if ((result.Interpretation ?? entry.Body.Derived?.Interpretation) is { } interpretation)
        {
            json.CodedOnce("interpretation", FhirJson.InterpretationSystem, interpretation);
        }

        json.Note(result.Note);
        if (result.Specimen is { } specimen)
        {
            json.WriteStartObject("specimen");
            json.WriteString("display", specimen);
            json.WriteEndObject();
        }

        if (result.ReferenceRange is { } range)
        {
            json.Once("referenceRange", () => Range(json, range, result.ValueQuantity?.Unit));
        }
    }

    private static void Range(Utf8JsonWriter json, ReferenceRange range, string? unit)
    {
        if (range.Low is { } low)
        {
            json.Quantity("low", low, unit!);
        }

        if (range.High is { } high)
        {
            json.Quantity("high", high, unit!);
        }

        json.Optional("text", range.Text);
    }
}
