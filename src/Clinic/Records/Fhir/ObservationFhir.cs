using System.Text.Json;
using Clinic.Chart;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>Any other Observation.</summary>
internal static class ObservationFhir
{
    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var observation = entry.Body.Finding.Observation!;
        json.Retraction(entry);
        json.Status(entry, Codes.Of(observation.Status));
        json.CodedOnce("category", FhirJson.CategorySystem, Codes.Of(observation.Category));
        json.Concept("code", observation.Code);
        json.SubjectAndVisit(entry, links);
        json.WriteString("effectiveDateTime", FhirJson.Instant(entry.Body.At));
        if (observation.ValueQuantity is { } quantity)
        {
            json.Quantity("valueQuantity", quantity.Value, quantity.Unit, quantity.Comparator);
        }

        json.Optional("valueString", observation.ValueString);
        json.Concept("valueCodeableConcept", observation.ValueCodeableConcept);
        json.Note(observation.Note);
    }
}
