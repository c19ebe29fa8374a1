using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>A bundle may bring what a clinic may not keep: everything else of it comes out as it came.</summary>
public sealed class ImportingAadhaar
{
    private const string Number = "9999 7165 8847";

    [Fact]
    [Trait("Promise", "ENC-6")]
    [Trait("Promise", "DSR-4")]
    public async Task An_Aadhaar_number_in_a_bundle_is_its_last_four_before_anything_is_kept_and_all_else_comes_out_as_it_came()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        SpokenValues.Hear(Number);
        var patient = Bundles.Patient("Krishnamoorthy");
        patient["identifier"] = new JsonArray(
            new JsonObject { ["system"] = "https://uidai.gov.in/", ["value"] = Number },
            new JsonObject { ["system"] = "https://hospital.example/mrn", ["value"] = "MRN 999971658847" },
            Account("HIN", "91-1234-5678-9012"), Account("ABHA", "krishna.m@abdm"));
        var relative = new JsonObject
        {
            ["resourceType"] = "RelatedPerson",
            ["id"] = Bundles.NewId(),
            ["patient"] = new JsonObject { ["reference"] = Bundles.UrlOf(patient) },
            ["identifier"] = new JsonArray(
                new JsonObject { ["type"] = new JsonObject { ["text"] = "Aadhaar card" }, ["value"] = Number }),
        };
        var bundle = Bundles.Of(patient, relative, Bundles.Observation(patient));

        var report = await clinic.Owner.Import(Bundles.Bytes(bundle));

        Assert.Equal("finished", report["state"]!.GetValue<string>());
        Assert.Equal((3, 3, 2), (Of(report["total"]!, "read"), Of(report["total"]!, "kept"), Of(report["total"]!, "masked")));
        Assert.Equal((1, 0), (Of(report["types"]!["Patient"]!, "masked"), Of(report["types"]!["Observation"]!, "masked")));
        var path = await clinic.Owner.OnlyPatient(report);
        var export = (await clinic.Owner.Get(path + "/export")).Expect(HttpStatusCode.OK);
        var sent = Bundles.Bytes(bundle);
        var expected = Encoding.UTF8.GetString(sent).Replace(Number, "XXXX XXXX 8847", StringComparison.Ordinal);
        Assert.All(
            JsonNode.Parse(expected)!["entry"]!.AsArray(),
            e => Assert.Contains(e!["resource"]!.ToJsonString(), export.Text, StringComparison.Ordinal));
        Assert.DoesNotContain(Number, export.Text, StringComparison.Ordinal);
        Assert.Equal(3, JsonNode.Parse(export.Bytes)!["entry"]!.AsArray().Count);

        var record = (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).Json["record"]!;
        Assert.Equal("91-1234-5678-9012", record["abhaNumber"]!.GetValue<string>());
        Assert.Equal("krishna.m@abdm", record["abhaAddress"]!.GetValue<string>());
        Assert.Null(record["aadhaar"]);
        var found = (await clinic.Owner.Post("/v1/patients/search", new JsonObject { ["abhaAddress"] = "krishna.m@abdm" }))
            .Expect(HttpStatusCode.OK);
        Assert.Single(found.Json["patients"]!.AsArray());

        var again = await clinic.Owner.Import(sent);
        Assert.Equal((3, 0), (Of(again["total"]!, "unchanged"), Of(again["total"]!, "versioned")));
    }

    [Fact]
    [Trait("Promise", "ENC-6")]
    public async Task Nothing_of_a_bundle_with_a_number_lies_about_when_the_import_is_over()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var patient = Bundles.Patient();
        patient["identifier"] = new JsonArray(new JsonObject { ["system"] = "urn:uidai", ["value"] = Number });
        await clinic.Owner.Import(Bundles.Bytes(Bundles.Of(patient)));

        using var s3 = Local.AdminClients.S3(app.Cloud.StandIns.S3);
        var objects = await s3.ListObjectsV2Async(
            new() { BucketName = CloudNames.Local.Bucket(CloudParts.Incoming), Prefix = $"T/{clinic.Id}/" });
        Assert.Empty(objects.S3Objects ?? []);
    }

    private static JsonObject Account(string code, string value) => new()
    {
        ["type"] = new JsonObject
        {
            ["coding"] = new JsonArray(
                new JsonObject
                {
                    ["system"] = "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-identifier-type-code", ["code"] = code,
                }),
        },
        ["value"] = value,
    };

    private static int Of(JsonNode counts, string what) => counts[what]!.GetValue<int>();
}
