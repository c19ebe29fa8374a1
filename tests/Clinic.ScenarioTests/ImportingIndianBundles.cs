using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>
/// Document bundles in the shape of the national guide: who she is, what was found, and the files that came along.
/// </summary>
public sealed class ImportingIndianBundles
{
    [Fact]
    public async Task A_consultation_becomes_a_visit_with_what_was_found_at_it()
    {
        var owner = (await (await ClinicApp.Get()).SignUpClinic()).Owner;

        var report = await owner.Import(Bundles.Indian("op_consultation"));

        Assert.Equal([], await ImportingIntoTheRecord.NotTaken(owner, report));
        var patient = await owner.OnlyPatient(report);
        var record = (await owner.Get(patient)).Expect(HttpStatusCode.OK).Json["record"]!;
        Assert.Equal("kaveri.ranganathan@abdm", (string)record["abhaAddress"]!);
        Assert.EndsWith("9934", (string)record["abhaNumber"]!, StringComparison.Ordinal);
        var entries = await Entries(owner, patient);
        Assert.Equal(
            ["allergy", "condition", "medication", "visit", "vital-signs"],
            entries.Select(e => (string)e["kind"]!).Order(StringComparer.Ordinal));
        var visit = entries.Single(e => (string)e["kind"]! == "visit");
        Assert.Equal("Giddiness since two days closed", $"{visit["content"]!["reason"]} {visit["content"]!["state"]}");
        Assert.Equal(
            ["condition", "medication", "vital-signs"],
            entries.Where(e => (string?)e["visit"] == (string)visit["id"]!).Select(e => (string)e["kind"]!)
                .Order(StringComparer.Ordinal));
        var allergy = entries.Single(e => e["allergy"] is not null)["allergy"]!;
        Assert.Equal("Sulfa drugs (Cotrimoxazole) medication high confirmed", string.Join(
            ' ', allergy["code"]!["text"], allergy["category"], allergy["criticality"], allergy["verificationStatus"]));
        Assert.Equal("Rash over both arms moderate", string.Join(
            ' ', allergy["reaction"]![0]!["manifestation"]!["text"], allergy["reaction"]![0]!["severity"]));
        var signs = entries.Single(e => e["vitalSigns"] is not null)["vitalSigns"]!;
        Assert.Equal((148, 92), ((int)signs["systolicPressure"]!["value"]!, (int)signs["diastolicPressure"]!["value"]!));
        var medication = entries.Single(e => e["medication"] is not null)["medication"]!;
        Assert.Equal("1-0-1 for 7 days, with food", (string)medication["dose"]!);
        Assert.DoesNotContain("<script", (await owner.Get(patient + "/export?format=html")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_came_along_become_documents_and_an_address_is_never_fetched()
    {
        var owner = (await (await ClinicApp.Get()).SignUpClinic()).Owner;
        var bundle = Bundles.Indian("health_document");

        var report = await owner.Import(bundle);

        Assert.Equal(["entry[6].resource no-content kept"], await ImportingIntoTheRecord.NotTaken(owner, report));
        var patient = await owner.OnlyPatient(report);
        var documents = await Until.Holds(
            async () => (await owner.Get(patient + "/documents")).Expect(HttpStatusCode.OK).Json["documents"]!.AsArray() is
                { Count: 2 } all && all.All(d => (string)d!["state"]! == "available") ? all : null,
            "two documents of the import");
        Assert.Equal(
            ["photo image/png Rash on the left forearm", "report application/pdf Lipid profile, scanned"],
            documents.Select(d => $"{d!["kind"]} {d["contentType"]} {d["title"]}").Order(StringComparer.Ordinal));
        foreach (var document in documents)
        {
            var file = (await owner.Get($"{patient}/documents/{document!["id"]}/content")).Expect(HttpStatusCode.OK).Bytes;
            Assert.Contains(Convert.ToBase64String(file), JsonNode.Parse(bundle)!.ToJsonString(new()
            {
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }), StringComparison.Ordinal);
        }

        var again = await owner.Import(bundle);
        Assert.Equal((8, 0), ((int)again["total"]!["unchanged"]!, (int)again["total"]!["recorded"]!));
        Assert.Equal(2, (await owner.Get(patient + "/documents")).Json["documents"]!.AsArray().Count);
    }

    [Fact]
    public async Task Lines_of_resources_and_of_bundles_are_taken_as_they_stand()
    {
        var owner = (await (await ClinicApp.Get()).SignUpClinic()).Owner;
        var (loose, bundled) = (Bundles.Patient("Gopalakrishnan"), Bundles.Patient("Subramaniam"));
        var lines = string.Join('\n',
            loose.ToJsonString(), Bundles.Observation(loose).ToJsonString(), "{\"broken\":", "",
            Bundles.Of(bundled, Bundles.Observation(bundled)).ToJsonString(), "{\"resourceType\":\"Bundle\"}");

        var started = (await owner.PostBytes(
            "/v1/imports", System.Text.Encoding.UTF8.GetBytes(lines), "application/fhir+ndjson")).Expect(HttpStatusCode.Accepted);
        var report = await owner.AwaitImport(started.Headers.Location!.ToString());

        var total = report["total"]!;
        Assert.Equal((6, 4, 2), ((int)total["read"]!, (int)total["kept"]!, (int)total["refused"]!));
        Assert.Equal(
            ["entry[1].resource no-time kept", "entry[2] malformed", "entry[4].resource no-time kept", "entry[5] malformed"],
            (await ImportingIntoTheRecord.NotTaken(owner, report)).Order(StringComparer.Ordinal));
        var patients = (await owner.Get($"/v1/imports/{report["id"]}/patients")).Expect(HttpStatusCode.OK);
        Assert.Equal(2, patients.Json["patients"]!.AsArray().Count);
    }

    private static async Task<List<JsonNode>> Entries(ClinicClient client, string patient) =>
        [.. (await client.Get(patient + "/chart?size=100")).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray().Select(e => e!)];
}
