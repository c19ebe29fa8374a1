using System.Net;
using System.Text.Json.Nodes;

namespace Clinic.Testing;

/// <summary>Findings to record, one of each kind, with words that stand nowhere else.</summary>
public static class Charts
{
    private const string Snomed = "http://snomed.info/sct";

    /// <summary>Each by the code of its kind and the name of its member, in the order in which a list shows them last.</summary>
    public static IReadOnlyList<(string Kind, string Member, JsonObject Finding)> OfEachKind()
    {
        var word = Word();
        return
        [
            ("vital-signs", "vitalSigns", VitalSigns(word)),
            ("condition", "condition", Condition(word)),
            ("allergy", "allergy", Allergy(word)),
            ("medication", "medication", Parse($$$"""
                {"medication": {
                "text": "Metformin-{{{word}}}", "coding": [{"system": "http://www.whocc.no/atc", "code": "A10BA02"}]},
                "route": {"coding": [{"system": "{{{Snomed}}}", "code": "26643006"}]},
                "status": "active", "dose": "500-mg-{{{word}}}", "frequency": "twice-{{{word}}}", "start": "2021-04-01"}
                """)),
            ("family-history", "familyHistory", Parse($$$"""
                {"relationship": "maternal-aunt", "condition": [{"code": {"text": "Diabetes-{{{word}}}"}, "onsetAgeYears": 52}],
                "deceased": false}
                """)),
            ("immunization", "immunization", Parse($$$"""
                {"vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "207"}]}, "status": "completed",
                "doseNumber": 2, "lotNumber": "LOT-{{{word}}}", "expirationDate": "2040-01-01"}
                """)),
            ("procedure", "procedure", Parse($$$"""
                {"code": {"text": "Appendectomy-{{{word}}}", "coding": [{"system": "{{{Snomed}}}", "code": "80146002"}]},
                "status": "completed", "outcome": {"text": "Healed-{{{word}}}"}}
                """)),
            ("lab-result", "labResult", Parse($$$"""
                {"code": {"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Haemoglobin-{{{word}}}"}]},
                "status": "final", "valueQuantity": {"value": 9.40, "unit": "g/dL"},
                "referenceRange": {"low": 12.0, "high": 15.50}, "specimen": "Blood-{{{word}}}",
                "performer": "Laboratory-{{{word}}}"}
                """)),
            ("imaging-result", "imagingResult", Parse($$$"""
                {"modality": "CT", "status": "final",
                "report": "No-<script>alert('{{{word}}}')</script>-fracture.\nअच्छा-{{{word}}}",
                "conclusion": "Healthy-{{{word}}}"}
                """)),
            ("lab-report", "labReport", Parse($$$"""
                {"code": {"coding": [{"system": "http://loinc.org", "code": "58410-2", "display": "Panel-{{{word}}}"}]},
                "status": "final", "conclusion": "Anaemia-{{{word}}}", "performer": "Laboratory-{{{word}}}"}
                """)),
            ("observation", "observation", Parse($$$"""
                {"category": "social-history", "code": {"text": "Tobacco-{{{word}}}"}, "status": "final",
                "valueString": "Never-{{{word}}}"}
                """)),
            ("care-plan", "carePlan", Parse($$$"""
                {"category": {"text": "Physiotherapy-{{{word}}}"}, "status": "active", "title": "Knee-{{{word}}}",
                "start": "2026-01-05", "activity": [{"code": {"text": "Stretching-{{{word}}}"}, "status": "in-progress"}]}
                """)),
            ("dental-finding", "dentalFinding", Tooth(36, "found", "caries", surface: "occlusal")),
        ];
    }

    public static JsonObject VitalSigns(string word, int pulse = 72) => Parse($$$"""
        {"temperature": {"value": 98.60, "unit": "[degF]"}, "pulse": {"value": {{{pulse}}}, "unit": "/min"},
        "weight": {"value": 70.5, "unit": "kg"}, "height": {"value": 171, "unit": "cm"}, "note": "Rested-{{{word}}}"}
        """);

    public static JsonObject Condition(string word) => Parse($$$"""
        {"code": {"text": "Asthma-{{{word}}}", "coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "J45.9"}]},
        "clinicalStatus": "active", "verificationStatus": "confirmed", "onset": {"ageYears": 12}, "note": "Seasonal-{{{word}}}"}
        """);

    /// <summary>Of a time before which nothing else is told of her.</summary>
    public static JsonObject NoOnset(string word)
    {
        var condition = Condition(word);
        condition.Remove("onset");
        return condition;
    }

    public static JsonObject Allergy(string word) => Parse($$$"""
        {"code": {"text": "Penicillin-{{{word}}}"}, "category": "medication", "criticality": "high", "clinicalStatus": "active",
        "verificationStatus": "confirmed",
        "reaction": [{"manifestation": {"text": "Urticaria-{{{word}}}"}, "severity": "severe"}]}
        """);

    public static JsonObject NoKnownAllergy() => Parse($$$"""
        {"code": {"coding": [{"system": "{{{Snomed}}}", "code": "716186003"}]}, "clinicalStatus": "active",
        "verificationStatus": "confirmed"}
        """);

    public static JsonObject Tooth(int tooth, string state, string code, string? replaces = null, string? surface = null)
    {
        var finding = new JsonObject { ["tooth"] = tooth, ["state"] = state, ["code"] = code };
        if (surface is not null)
        {
            finding["surface"] = new JsonArray(surface);
        }

        if (replaces is not null)
        {
            finding["replaces"] = replaces;
        }

        return finding;
    }

    /// <summary>A word that no other test uses.</summary>
    public static string Word() => Samples.Letters(Samples.Next());

    public static async Task<string> Patient(ClinicClient client, JsonObject? registration = null) =>
        (await client.Post("/v1/patients", registration ?? Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();

    public static JsonObject Entry(string member, JsonObject finding, DateTimeOffset at) =>
        new() { ["at"] = at, [member] = finding.DeepClone() };

    /// <summary>Where it was put.</summary>
    public static async Task<string> Record(
        this ClinicClient client, string patient, string member, JsonObject finding, DateTimeOffset at) =>
        (await client.Post(patient + "/chart", Entry(member, finding, at))).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();

    public static string IdOf(string path) => path.Split('/')[^1];

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
