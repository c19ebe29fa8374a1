using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.FhirTests;

/// <summary>
/// Health documents as the national guide shapes them. Its profiles are not among HL7's definitions, so each is looked at as
/// plain R4 and, by this table of what the guide requires, for its envelope and first resource.
/// </summary>
[Trait("Promise", "DSR-4")]
[Trait("Promise", "CLN-5")]
[Trait("Promise", "CLN-7")]
public sealed class HealthDocumentsOfARecord
{
    private const string Guide = "https://nrces.in/ndhm/fhir/r4/StructureDefinition/";

    private static readonly Dictionary<string, (string Profile, string? Code, string[] Entries)> Required = new()
    {
        ["op-consultation"] = ("OPConsultRecord", "371530004", ["Encounter", "Condition", "AllergyIntolerance", "Observation"]),
        ["prescription"] = ("PrescriptionRecord", "440545006", ["MedicationRequest"]),
        ["diagnostic-report"] = ("DiagnosticReportRecord", "721981007", ["DiagnosticReport"]),
        ["immunization"] = ("ImmunizationRecord", "41000179103", ["Immunization"]),
        ["health-document"] = ("HealthDocumentRecord", "419891008", ["DocumentReference"]),
        ["wellness"] = ("WellnessRecord", null, ["Observation"]),
    };

    [Fact]
    public async Task Every_document_of_the_list_is_valid_and_whole()
    {
        var record = await ARecord.Get();
        var listed = await List(record);
        Assert.Equal(Required.Keys.Order(), listed.Select(d => d.Type).Distinct().Order());

        // One visit begun, one prescription at it, three results that stand, one document that is current, one of vital signs.
        Assert.Equal(
            [("diagnostic-report", 3), ("health-document", 1), ("immunization", 1), ("op-consultation", 1), ("prescription", 1),
                ("wellness", 1)],
            listed.GroupBy(d => d.Type).OrderBy(g => g.Key).Select(g => (g.Key, g.Count())));
        foreach (var (type, id) in listed)
        {
            var answer = (await record.Clinic.Owner.Get($"{record.Path}/health-documents/{type}/{id}")).Expect(HttpStatusCode.OK);
            Assert.Equal("application/fhir+json", answer.ContentHeaders.ContentType!.MediaType);
            Assert.Empty(R4.Errors(WithoutProfiles(answer.Bytes)));
            Assert.Empty(R4.Dangling(answer.Bytes));
            Assert.Empty(Lacking(answer.Json, type));
        }
    }

    [Theory]
    [InlineData("identifier")]
    [InlineData("timestamp")]
    [InlineData("meta.security")]
    [InlineData("entry.0.resource.text")]
    [InlineData("entry.0.resource.encounter")]
    [InlineData("entry.0.resource.meta.profile")]
    [InlineData("entry.1.resource.identifier")]
    public async Task The_table_misses_what_is_taken_out(string path)
    {
        var record = await ARecord.Get();
        var json = (await record.Clinic.Owner.Get(
            $"{record.Path}/health-documents/op-consultation/{Charts.IdOf(record.Visit)}")).Expect(HttpStatusCode.OK).Json;
        Assert.Empty(Lacking(json, "op-consultation"));
        var steps = path.Split('.');
        var parent = steps[..^1].Aggregate(json, (n, step) => int.TryParse(step, out var index) ? n[index]! : n[step]!);
        Assert.True(parent.AsObject().Remove(steps[^1]));
        Assert.NotEmpty(Lacking(json, "op-consultation"));
    }

    [Fact]
    public async Task A_document_has_its_file_in_it_and_what_is_none_is_not_found()
    {
        var record = await ARecord.Get();
        var (_, id) = (await List(record)).Single(d => d.Type == "health-document");
        var json = (await record.Clinic.Owner.Get($"{record.Path}/health-documents/health-document/{id}")).Json;
        var attachment = Resources(json).Single(r => Type(r) == "DocumentReference")["content"]![0]!["attachment"]!;
        Assert.Equal(record.File, Convert.FromBase64String(attachment["data"]!.GetValue<string>()));
        foreach (var none in new[] { $"wellness/{id}", $"immunization/{id}", $"op-consultation/{id}", $"prescription/{id}" })
        {
            (await record.Clinic.Owner.Get($"{record.Path}/health-documents/{none}"))
                .ExpectProblem(HttpStatusCode.NotFound, "not-found");
        }
    }

    [Fact]
    public async Task A_file_that_does_not_fit_into_an_answer_is_refused_as_too_large()
    {
        var owner = (await ARecord.Get()).Clinic.Owner;
        var patient = await owner.RegisterPatient();
        var large = await owner.Keep(patient, DocumentsOfAClinic.Pdf(3_300_000));
        (await owner.Get($"/v1/patients/{patient}/health-documents/health-document/{Charts.IdOf(large)}"))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "health-document-too-large");
    }

    [Fact]
    public async Task A_visit_about_which_nothing_is_written_down_makes_a_document_and_a_planned_one_none()
    {
        var record = await ARecord.Get();
        var patient = await Charts.Patient(record.Clinic.Owner);
        foreach (var (open, status) in new[] { (true, HttpStatusCode.OK), (false, HttpStatusCode.NotFound) })
        {
            var visit = (await record.Clinic.Owner.Post(patient + "/visits", new JsonObject
            {
                ["visit"] = new JsonObject { ["class"] = "home", ["start"] = record.App.Clock.GetUtcNow().ToString("O") },
                ["open"] = open,
            })).Expect(HttpStatusCode.Created).Headers.Location!.ToString();
            var answer = await record.Clinic.Owner.Get($"{patient}/health-documents/op-consultation/{Charts.IdOf(visit)}");
            answer.Expect(status);
            if (open)
            {
                Assert.Empty(R4.Errors(WithoutProfiles(answer.Bytes)));
                Assert.Empty(R4.Dangling(answer.Bytes));
            }
        }
    }

    private static async Task<List<(string Type, string Id)>> List(ARecord record)
    {
        var (listed, cursor) = (new List<(string, string)>(), "");
        do
        {
            var part = (await record.Clinic.Owner.Get($"{record.Path}/health-documents{cursor}")).Expect(HttpStatusCode.OK).Json;
            listed.AddRange(part["documents"]!.AsArray().Select(
                d => (d!["type"]!.GetValue<string>(), d["id"]!.GetValue<string>())));
            cursor = part["next"] is { } next ? "?cursor=" + Uri.EscapeDataString(next.GetValue<string>()) : "";
        }
        while (cursor.Length > 0);
        return listed;
    }

    /// <summary>What the guide requires and the document lacks.</summary>
    private static IReadOnlyList<string> Lacking(JsonNode json, string type)
    {
        var (profile, code, entries) = Required[type];
        var (all, first) = (Resources(json), Resources(json)[0]);
        (string What, bool Holds)[] rules =
        [
            ("type document", json["type"]!.GetValue<string>() == "document"),
            ("version", json["meta"]?["versionId"] is not null),
            ("profile", Profile(json) == Guide + "DocumentBundle"),
            ("security V", json["meta"]?["security"]?[0]?["code"]?.GetValue<string>() == "V"),
            ("identifier", json["identifier"]?["system"] is not null && json["identifier"]?["value"] is not null),
            ("timestamp", json["timestamp"] is not null),
            ("Composition first", Type(first) == "Composition" && Profile(first) == Guide + profile),
            ("its type", code is null ? first["type"]!["text"]!.GetValue<string>() == "Wellness Record"
                : first["type"]!["coding"]![0]!["code"]!.GetValue<string>() == code),
            ("encounter", type != "op-consultation" || first["encounter"] is not null),
            ("author and custodian", first["author"]![0]!["reference"] is not null && first["custodian"] is not null),
            ("narrative", first["text"] is not null && first["section"]!.AsArray().All(s => s!["text"] is not null)),
            ("patient's identifier", all.Single(r => Type(r) == "Patient")["identifier"] is not null),
            ("one section", type is "op-consultation" || first["section"]!.AsArray().Count == 1),
            ("entries", entries.All(e => all.Any(r => Type(r) == e))),
        ];
        return [.. rules.Where(r => !r.Holds).Select(r => r.What)];
    }

    private static List<JsonNode> Resources(JsonNode json) => [.. json["entry"]!.AsArray().Select(e => e!["resource"]!)];

    private static string Type(JsonNode resource) => resource["resourceType"]!.GetValue<string>();

    private static string? Profile(JsonNode resource) => resource["meta"]?["profile"]?[0]?.GetValue<string>();

    /// <summary>The guide's profiles cannot be resolved here: that they are named is no fault of the document.</summary>
    private static byte[] WithoutProfiles(byte[] bundle)
    {
        var json = JsonNode.Parse(bundle)!;
        foreach (var resource in Resources(json).Append(json))
        {
            (resource["meta"] as JsonObject)?.Remove("profile");
        }

        return Bundles.Bytes(json);
    }
}
