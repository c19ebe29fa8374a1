using System.Text;
using System.Text.Json.Nodes;
using Clinic.Chart;
using Clinic.Records.Fhir;
using Clinic.Testing;
using Xunit;

namespace Clinic.FhirTests;

/// <summary>Each kind of finding, as whole and as bare as it may be, current and retracted, is valid R4.</summary>
[Trait("Promise", "DSR-4")]
public sealed class WritingFindings
{
    private const string Base = "http://hl7.org/fhir/StructureDefinition/";

    private const string Snomed = """
        "coding": [{"system": "http://snomed.info/sct", "code": "80146002", "display": "x"}]
        """;

    /// <summary>R4 binds these codes to profiles: what carries the code must conform (Vital Signs, 8.1.4).</summary>
    private static readonly Dictionary<string, string> ProfilesOfCodes = new()
    {
        ["9279-1"] = "resprate", ["8867-4"] = "heartrate", ["8310-5"] = "bodytemp", ["8302-2"] = "bodyheight",
        ["9843-4"] = "headcircum", ["29463-7"] = "bodyweight", ["85354-9"] = "bp", ["85353-1"] = "vitalspanel",
    };

    /// <summary>With every member there is, and with none that may be left out.</summary>
    public static TheoryData<string, string> Table { get; } = new()
    {
        { "condition", $$"""
            {"code": {"text": "Asthma", {{Snomed}} }, "clinicalStatus": "remission", "verificationStatus": "differential",
            "onset": {"ageYears": 0}, "abatement": {"ageYears": 12}, "severity": "moderate", "note": "a\n<b> & \"c\""}
            """ },
        { "condition", """
            {"code": {"text": "Fever"}, "clinicalStatus": "resolved", "verificationStatus": "confirmed",
            "onset": {"date": "2020-01-31"}, "abatement": {"date": "2020-02-29"}}
            """ },
        { "condition", """{"code": {"text": "x"}, "clinicalStatus": "relapse", "verificationStatus": "refuted"}""" },
        { "allergy", $$"""
            {"code": {"text": "Nuts"}, "category": "food", "criticality": "unable-to-assess", "clinicalStatus": "resolved",
            "verificationStatus": "unconfirmed", "note": "n", "reaction": [{"manifestation": {"text": "Rash", {{Snomed}} },
            "severity": "mild"}, {"manifestation": {"text": "Itch"} }]}
            """ },
        { "allergy", """
            {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}, "clinicalStatus": "active",
            "verificationStatus": "confirmed"}
            """ },
        { "medication", $$"""
            {"medication": {"text": "Iron"}, "status": "on-hold", "dose": "1 tablet", "route": {"text": "by mouth", {{Snomed}} },
            "frequency": "daily", "start": "2026-01-01", "end": "2026-12-31", "note": "n"}
            """ },
        { "medication", """{"medication": {"text": "Iron"}, "status": "not-taken"}""" },
        { "medication", """{"medication": {"text": "Iron"}, "status": "stopped", "end": "2026-01-01", "frequency": "daily"}""" },
        { "familyHistory", """
            {"relationship": "other", "condition": [{"code": {"text": "x"}, "onsetAgeYears": 0}, {"code": {"text": "y"},
            "onsetAgeYears": 40}], "deceased": true, "note": "n"}
            """ },
        { "familyHistory", """{"relationship": "mother", "condition": [{"code": {"text": "x"}}]}""" },
        { "immunization", $$"""
            {"vaccineCode": {"text": "Polio"}, "status": "completed", "doseNumber": 1, "lotNumber": "L", "note": "n",
            "expirationDate": "2040-01-01", "site": {"text": "arm", {{Snomed}} }, "route": {"text": "r"} }
            """ },
        { "immunization", """{"vaccineCode": {"text": "Polio"}, "status": "not-done", "statusReason": "fever"}""" },
        { "procedure", $$"""
            {"code": {"text": "p", {{Snomed}} }, "status": "stopped", "bodySite": {"text": "knee"}, "outcome": {"text": "o"},
            "note": "n"}
            """ },
        { "procedure", """{"code": {"text": "p"}, "status": "not-done"}""" },
        { "labResult", """
            {"code": {"text": "Hb"}, "status": "corrected", "valueQuantity": {"value": 0.10, "unit": "g/dL", "comparator": "<"},
            "referenceRange": {"low": 12.0, "high": 15.50, "text": "women"}, "interpretation": "LL", "specimen": "blood",
            "performer": "City laboratory", "note": "n"}
            """ },
        { "labResult", """{"code": {"text": "x"}, "status": "preliminary", "valueString": "Not seen.\nAgain."}""" },
        { "labResult", """
            {"code": {"text": "x"}, "status": "amended", "valueCodeableConcept": {"text": "Positive"},
            "referenceRange": {"text": "negative"}, "interpretation": "A"}
            """ },
        { "imagingResult", $$"""
            {"modality": "MR", "status": "corrected", "bodySite": {"text": "Left knee", {{Snomed}} }, "report": "a\r\nb < c",
            "conclusion": "c"}
            """ },
        { "imagingResult", """{"modality": "US", "status": "registered"}""" },
        { "labReport", $$"""
            {"code": {"text": "Panel"}, "status": "final", "results": ["{{Findings.Visit}}"], "conclusion": "c",
            "performer": "p"}
            """ },
        { "observation", """
            {"category": "exam", "code": {"text": "x"}, "status": "final", "valueQuantity": {"value": 3, "unit": "cm"},
            "note": "n"}
            """ },
        { "observation", """
            {"category": "activity", "code": {"text": "x"}, "status": "final", "valueCodeableConcept": {"text": "y"} }
            """ },
        { "carePlan", $$"""
            {"category": {"text": "c", {{Snomed}} }, "status": "revoked", "title": "t", "start": "2026-01-05",
            "end": "2026-02-05", "activity": [{"code": {"text": "a"}, "status": "not-started"}, {"code": {"text": "b"},
            "status": "unknown"}], "note": "n"}
            """ },
        { "carePlan", """{"category": {"text": "c"}, "status": "draft"}""" },
        { "dentalFinding", $$"""
            {"tooth": 36, "state": "planned", "code": "restoration", "surface": ["mesial", "occlusal"],
            "replaces": "{{Findings.Visit}}", "note": "n"}
            """ },
        { "dentalFinding", """{"tooth": 51, "state": "found", "code": "mobility", "mobilityGrade": 2}""" },
        { "vitalSigns", """{"temperature": {"value": 98.60, "unit": "[degF]"} }""" },
        { "vitalSigns", """{"pulse": {"value": 190, "unit": "/min"}, "note": "n"}""" },
        { "vitalSigns", """{"respiratoryRate": {"value": 12, "unit": "/min"} }""" },
        { "vitalSigns", """{"weight": {"value": 3400, "unit": "g"} }""" },
        { "vitalSigns", """{"height": {"value": 171, "unit": "cm"} }""" },
        { "vitalSigns", """{"headCircumference": {"value": 45, "unit": "cm"} }""" },
        { "vitalSigns", """{"bloodGlucose": {"value": 5.4, "unit": "mmol/L"} }""" },
        { "vitalSigns", """{"pain": {"value": 0, "unit": "{score}"} }""" },
        { "vitalSigns", """{"systolicPressure": {"value": 120, "unit": "mm[Hg]"} }""" },
        { "vitalSigns", """{"oxygenSaturation": {"value": 88, "unit": "%"}, "onOxygen": false}""" },
        { "vitalSigns", """
            {"systolicPressure": {"value": 190, "unit": "mm[Hg]"}, "diastolicPressure": {"value": 80, "unit": "mm[Hg]"} }
            """ },
        { "vitalSigns", """
            {"systolicPressure": {"value": 120, "unit": "mm[Hg]"}, "diastolicPressure": {"value": 80, "unit": "mm[Hg]"},
            "pulse": {"value": 72, "unit": "/min"}, "oxygenSaturation": {"value": 97, "unit": "%"}, "onOxygen": true}
            """ },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Is_valid_whether_current_amended_or_retracted(string member, string finding)
    {
        var entry = Findings.Of(member, JsonNode.Parse(finding)!.AsObject());
        foreach (var written in new[] { entry, entry.Amended(), entry.Retracted() }.Select(e => e.Written()))
        {
            Assert.Empty(R4.Errors(written.Json));
            if (member == "vitalSigns")
            {
                var code = written.Json()["code"]!["coding"]![0]!["code"]!.GetValue<string>();
                Assert.Empty(R4.Errors(written.Json, Base + ProfilesOfCodes.GetValueOrDefault(code, "vitalsigns")));
            }
        }
    }

    [Fact]
    public void There_is_a_row_of_each_kind()
    {
        Assert.Equal(
            Charts.OfEachKind().Select(k => k.Member).Order(), Table.Select(r => (string)r[0]).Distinct().Order());
        Assert.All(Charts.OfEachKind(), k => Assert.Empty(R4.Errors(Findings.Of(k.Member, k.Finding).Written().Json)));
    }

    [Fact]
    public void A_retraction_is_the_status_that_the_type_has_for_it_and_its_reason_is_told()
    {
        Assert.All(Charts.OfEachKind(), k =>
        {
            var json = Findings.Of(k.Member, k.Finding).Retracted().Written().Json();
            var status = k.Kind is "condition" or "allergy"
                ? json["verificationStatus"]!["coding"]![0]!["code"] : json["status"];
            Assert.Equal(FhirJson.EnteredInError, status!.GetValue<string>());
            Assert.Null(json["clinicalStatus"]);
            Assert.Contains(
                "Of &lt;another&gt; patient &amp; hers", json["text"]!["div"]!.GetValue<string>(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Vital_signs_are_one_observation_by_what_was_measured_with_every_digit_and_no_index()
    {
        var panel = Findings.Of("vitalSigns", Charts.VitalSigns("w")).Written();
        var json = panel.Json();
        Assert.Equal(VitalSignsFhir.PanelCode, json["code"]!["coding"]![0]!["code"]!.GetValue<string>());
        Assert.Equal(
            ["8310-5", "8867-4", "29463-7", "8302-2"],
            json["component"]!.AsArray().Select(c => c!["code"]!["coding"]![0]!["code"]!.GetValue<string>()));
        Assert.Contains("\"value\":98.60,\"unit\":\"[degF]\"", Encoding.UTF8.GetString(panel.Json), StringComparison.Ordinal);
        Assert.DoesNotContain("39156-5", json.ToJsonString(), StringComparison.Ordinal);

        var high = Findings.Of("vitalSigns", JsonNode.Parse("""{"pulse": {"value": 190, "unit": "/min"} }""")!.AsObject());
        Assert.Equal("H", high.Written().Json()["interpretation"]![0]!["coding"]![0]!["code"]!.GetValue<string>());
        Assert.Equal(("final", "amended"), (
            high.Written().Json()["status"]!.GetValue<string>(), high.Amended().Written().Json()["status"]!.GetValue<string>()));
    }
}
