using System.Net;
using System.Text;
using System.Text.Json;

namespace Clinic.Records;

/// <summary>What a reader sees of one FHIR resource, ours or imported: as much of it as has words.</summary>
/// <param name="At">As the resource has it; empty when it tells no time.</param>
internal sealed record ResourceLine(string At, string Title, string Status, IReadOnlyList<string> Details)
{
    private static readonly Dictionary<string, string> Headings = new()
    {
        ["AllergyIntolerance"] = "Allergies",
        ["CarePlan"] = "Plans of care",
        ["Composition"] = "Notes",
        ["Condition"] = "Conditions",
        ["DiagnosticReport"] = "Reports",
        ["DocumentReference"] = "Documents",
        ["Encounter"] = "Visits",
        ["FamilyMemberHistory"] = "Family history",
        ["Immunization"] = "Immunizations",
        ["MedicationRequest"] = "Prescriptions",
        ["MedicationStatement"] = "Medications",
        ["Observation"] = "Observations",
        ["Procedure"] = "Procedures",
    };

    private static readonly string[] Times =
    [
        "effectiveDateTime", "occurrenceDateTime", "performedDateTime", "recordedDate", "dateAsserted", "date", "authoredOn",
        "created", "recorded", "issued",
    ];

    private static readonly string[] Periods = ["effectivePeriod", "performedPeriod", "period", "billablePeriod"];

    private static readonly string[] Titles =
        ["code", "vaccineCode", "medicationCodeableConcept", "relationship", "category", "type", "class"];

    private static readonly string[] Concepts =
    [
        "valueCodeableConcept", "interpretation", "bodySite", "site", "route", "outcome", "severity", "manifestation",
        "reasonCode", "statusReason",
    ];

    private static readonly string[] Words =
        ["description", "valueString", "patientInstruction", "conclusion", "lotNumber", "onsetString"];

    private static readonly string[] Parts =
        ["component", "reaction", "condition", "dosage", "dosageInstruction", "activity", "detail", "note", "section"];

    public static string Heading(string type) => Headings.GetValueOrDefault(type, type);

    public static ResourceLine Of(JsonElement resource)
    {
        var details = new List<string>();
        Collect(resource, details);
        return new ResourceLine(TimeOf(resource), TitleOf(resource), StatusOf(resource), [.. details.Distinct()]);
    }

    private static string TimeOf(JsonElement resource) =>
        Times.Select(t => resource.Text(t))
            .Concat(Periods.Select(p => Member(resource, p) is { } period ? period.Text("start") : null))
            .FirstOrDefault(t => t is not null) ?? "";

    private static string TitleOf(JsonElement resource) =>
        resource.Text("title") ?? Titles.Select(t => Member(resource, t)).OfType<JsonElement>().Select(Word)
            .FirstOrDefault(t => t is not null) ?? resource.Text("description") ?? resource.Text("resourceType") ?? "";

    private static string StatusOf(JsonElement resource) => string.Join(", ", new[]
    {
        resource.Text("status"), Member(resource, "clinicalStatus") is { } clinical ? Word(clinical) : null,
        Member(resource, "verificationStatus") is { } verification ? Word(verification) : null,
    }.OfType<string>());

    /// <summary>Values and words of an element and of its parts, each of which is named by its own code or title.</summary>
    private static void Collect(JsonElement element, List<string> details)
    {
        if (Member(element, "valueQuantity") is { } quantity)
        {
            details.Add(Quantity(quantity));
        }

        foreach (var name in new[] { "valueBoolean", "valueInteger" })
        {
            if (Member(element, name) is { } value)
            {
                details.Add(value.GetRawText());
            }
        }

        details.AddRange(Words.Select(w => element.Text(w)).OfType<string>());
        details.AddRange(Concepts.Select(c => Member(element, c)).OfType<JsonElement>().SelectMany(All).Select(Word)
            .OfType<string>());
        if (Member(element, "text") is { } text)
        {
            details.Add(FhirText.Text(text) ?? Plain(text.Text("div") ?? ""));
        }

        foreach (var part in Parts.Select(p => Member(element, p)).OfType<JsonElement>().SelectMany(All))
        {
            var inner = new List<string>();
            Collect(part, inner);
            var name = part.Text("title") ?? (Member(part, "code") is { } code ? Word(code) : null);
            details.Add(name is null ? string.Join(", ", inner) : $"{name}: {string.Join(", ", inner)}");
        }

        details.RemoveAll(string.IsNullOrWhiteSpace);
    }

    private static IEnumerable<JsonElement> All(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [element];

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    /// <summary>Words of a CodeableConcept, a Coding, or the first of several; else its code.</summary>
    private static string? Word(JsonElement element)
    {
        var one = All(element).FirstOrDefault();
        return one.Text("text") ?? one.Text("display") ?? (one.Each("coding").FirstOrDefault() is { } coding
            ? coding.Text("display") ?? coding.Text("code") : null) ?? one.Text("code") ?? FhirText.Text(one);
    }

    private static string Quantity(JsonElement quantity) =>
        quantity.Text("comparator") + Member(quantity, "value")?.GetRawText() + " "
        + (quantity.Text("unit") ?? quantity.Text("code"));

    /// <summary>The words of a narrative: its tags left out, a new line for each paragraph.</summary>
    private static string Plain(string div)
    {
        var words = new StringBuilder();
        var isTag = false;
        for (var i = 0; i < div.Length; i++)
        {
            if (div[i] == '<')
            {
                isTag = true;
                if (string.CompareOrdinal(div, i, "</p>", 0, 4) == 0)
                {
                    words.Append('\n');
                }
            }
            else if (div[i] == '>')
            {
                isTag = false;
            }
            else if (!isTag)
            {
                words.Append(div[i]);
            }
        }

        return WebUtility.HtmlDecode(words.ToString()).Trim();
    }
}
