using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>CarePlan.</summary>
internal static class CarePlanFhir
{
    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var plan = entry.Body.Finding.CarePlan!;
        json.Retraction(entry);
        json.Status(entry, Codes.Of(plan.Status));
        json.WriteString("intent", "plan");
        json.ConceptOnce("category", plan.Category);
        json.Optional("title", plan.Title);
        json.SubjectAndVisit(entry, links);
        if ((plan.Start ?? plan.End) is not null)
        {
            json.WriteStartObject("period");
            json.Optional("start", plan.Start is { } start ? FhirJson.Day(start) : null);
            json.Optional("end", plan.End is { } end ? FhirJson.Day(end) : null);
            json.WriteEndObject();
        }

        json.WriteString("created", FhirJson.Instant(entry.Body.At));
        Activities(json, plan.Activity ?? []);
        json.Note(plan.Note);
    }

    private static void Activities(Utf8JsonWriter json, IReadOnlyList<CareActivity> activities)
    {
        if (activities.Count == 0)
        {
            return;
        }

        json.WriteStartArray("activity");
        foreach (var activity in activities)
        {
            json.WriteStartObject();
            json.WriteStartObject("detail");
            json.Concept("code", activity.Code);
            json.WriteString("status", Codes.Of(activity.Status));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
