using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.FhirTests;

/// <summary>That nothing is found wrong says something only of who finds what is.</summary>
public sealed class FaultsAreFound
{
    public static TheoryData<string, string, string> Faults { get; } = new()
    {
        { "condition", "clinicalStatus.coding.0.code", "\"actve\"" },
        { "condition", "verificationStatus.coding.0.code", "\"entered-in-error\"" },
        { "condition", "subject", "null" },
        { "condition", "recordedDate", "\"22 November\"" },
        { "allergy", "category.0", "\"drugs\"" },
        { "allergy", "clinicalStatus", "null" },
        { "medication", "status", "\"taken\"" },
        { "medication", "medicationCodeableConcept", "null" },
        { "familyHistory", "condition.0.onsetAge.value", "0" },
        { "familyHistory", "relationship", "null" },
        { "immunization", "occurrenceDateTime", "null" },
        { "immunization", "protocolApplied.0.doseNumberPositiveInt", "0" },
        { "procedure", "status", "\"finished\"" },
        { "labResult", "valueString", "\"second value\"" },
        { "labResult", "code", "null" },
        { "imagingResult", "text.div", "\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><script>x</script></div>\"" },
        { "labReport", "code", "null" },
        { "observation", "colour", "\"blue\"" },
        { "carePlan", "intent", "null" },
        { "dentalFinding", "component.0.code", "null" },
        { "vitalSigns", "component.0.valueQuantity.comparator", "\"~\"" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_an_error(string member, string path, string value)
    {
        var finding = Charts.OfEachKind().Single(k => k.Member == member).Finding;
        var json = Findings.Of(member, finding).Written().Json();
        Assert.Empty(R4.Errors(Bundles.Bytes(json)));
        Plant(json, path, JsonNode.Parse(value));
        Assert.NotEmpty(R4.Errors(Bundles.Bytes(json)));
    }

    [Fact]
    public void A_reference_that_leads_nowhere_is_found()
    {
        var bundle = JsonNode.Parse("""
            {"entry": [{"fullUrl": "urn:uuid:a", "resource": {"resourceType": "Patient", "id": "a"}},
            {"fullUrl": "urn:uuid:b", "resource": {"resourceType": "Condition", "id": "b", "contained": [{"id": "c"}],
            "subject": {"reference": "urn:uuid:a"}, "recorder": {"reference": "#c"}, "asserter": {"reference": "Patient/a"}}}]}
            """)!;
        Assert.Empty(R4.Dangling(Bundles.Bytes(bundle)));
        foreach (var nowhere in new[] { "urn:uuid:c", "#d", "Patient/b" })
        {
            bundle["entry"]![1]!["resource"]!["subject"]!["reference"] = nowhere;
            Assert.Equal([$"Condition: {nowhere}"], R4.Dangling(Bundles.Bytes(bundle)));
        }
    }

    private static void Plant(JsonNode json, string path, JsonNode? value)
    {
        var steps = path.Split('.');
        var parent = steps[..^1].Aggregate(json, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        if (parent is JsonArray array)
        {
            array[int.Parse(steps[^1], null)] = value;
        }
        else if (value is null)
        {
            Assert.True(parent.AsObject().Remove(steps[^1]));
        }
        else
        {
            parent[steps[^1]] = value;
        }
    }
}
