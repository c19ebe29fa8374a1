using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.FhirTests;

/// <summary>A record with all that one can hold goes out as a bundle that a reader of others accepts.</summary>
[Trait("Promise", "DSR-4")]
public sealed class ExportingARecord
{
    [Fact]
    public async Task The_bundle_is_valid_whole_and_holds_each_thing_once_in_a_fixed_order()
    {
        var record = await ARecord.Get();
        var bundle = await record.Export();

        Assert.Empty(R4.Errors(bundle));
        Assert.Empty(R4.Dangling(bundle));
        var counts = Entries(bundle).GroupBy(r => r["resourceType"]!.GetValue<string>())
            .ToDictionary(g => g.Key, g => g.Count());
        var expected = new Dictionary<string, int>
        {
            ["Patient"] = 1, ["Encounter"] = 2, ["Composition"] = 1, ["DocumentReference"] = 3, ["Condition"] = 2,
            ["AllergyIntolerance"] = 2, ["MedicationStatement"] = 2, ["FamilyMemberHistory"] = 2, ["Immunization"] = 2,
            ["Procedure"] = 2, ["DiagnosticReport"] = 4, ["CarePlan"] = 2, ["Observation"] = 8,
        };
        Assert.Equal(expected.OrderBy(c => c.Key), counts.OrderBy(c => c.Key));
        Assert.Equal(Entries(bundle).Select(r => r["id"]!.GetValue<string>()).Distinct().Count(), Entries(bundle).Count);
        Assert.Equal(Bare(bundle), Bare(await record.Export()));
        Assert.DoesNotContain(record.Draft, Encoding.UTF8.GetString(bundle), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_in_one_entry_of_the_bundle_is_found()
    {
        var bundle = JsonNode.Parse(await (await ARecord.Get()).Export())!;
        bundle["entry"]!.AsArray().Select(e => e!["resource"]!).First(r => r["resourceType"]!.GetValue<string>() == "Encounter")
            ["status"] = "over";
        Assert.NotEmpty(R4.Errors(Bundles.Bytes(bundle)));
    }

    [Fact]
    public async Task What_was_imported_and_stays_goes_out_as_it_came_and_what_is_added_here_is_about_our_own_patient()
    {
        var record = await ARecord.Get();
        var owner = (await record.App.SignUpClinic()).Owner;
        var patient = await owner.OnlyPatient(await owner.Import(Bundles.BrettGottlieb));
        var imported = (await owner.Get(patient + "/export")).Expect(HttpStatusCode.OK).Bytes;
        Assert.Single(Entries(imported), r => r["resourceType"]!.GetValue<string>() == "Patient");
        var ours = $"urn:uuid:{patient.Split('/')[^1]}";
        Assert.DoesNotContain(ours, Encoding.UTF8.GetString(imported), StringComparison.Ordinal);

        var consents = new JsonArray(Samples.Consent("personal-data"), Samples.Consent("health-data"));
        (await owner.Post(patient + "/consents", new JsonObject { ["consents"] = consents })).Expect(HttpStatusCode.Created);
        var finding = Charts.NoOnset(Charts.Word());
        await owner.Record(patient, "condition", finding, record.App.Clock.GetUtcNow());
        var added = (await owner.Get(patient + "/export")).Expect(HttpStatusCode.OK).Bytes;
        Assert.Equal(Entries(imported).Count + 2, Entries(added).Count);
        Assert.All(Entries(imported), i => Assert.Contains(Entries(added), a => JsonNode.DeepEquals(a, i)));
        Assert.Equal(R4.Dangling(imported), R4.Dangling(added));
        var own = Entries(added)[0];
        Assert.Equal((ours, "seealso"), ("urn:uuid:" + own["id"], own["link"]![0]!["type"]!.GetValue<string>()));
        Assert.Equal(ours, Entries(added)[^1]["subject"]!["reference"]!.GetValue<string>());
        Assert.Empty(R4.Errors(Bundles.Bytes(own)));
    }

    [Fact]
    public async Task The_manifest_has_the_hash_of_each_resource_in_the_bundles_order()
    {
        var record = await ARecord.Get();
        var manifest = (await record.Clinic.Owner.Get(record.Path + "/export/manifest")).Expect(HttpStatusCode.OK).Json;
        using var bundle = JsonDocument.Parse(await record.Export());
        var hashes = bundle.RootElement.GetProperty("entry").EnumerateArray()
            .Select(e => Encoding.UTF8.GetBytes(e.GetProperty("resource").GetRawText()))
            .Select(b => Convert.ToBase64String(SHA256.HashData(b))).ToList();
        Assert.Equal(hashes, manifest["resources"]!.AsArray().Select(r => r!["sha256"]!.GetValue<string>()));
        Assert.Equal(hashes.Count, manifest["counts"]!.AsObject().Sum(c => c.Value!.GetValue<int>()));
    }

    [Fact]
    public async Task A_person_reads_the_same_as_a_page_without_scripts()
    {
        var record = await ARecord.Get();
        const string accept = "text/html,application/xhtml+xml,*/*;q=0.8";
        var page = (await record.Clinic.Owner.Send(
            HttpMethod.Get, record.Path + "/export", null, r => r.Headers.TryAddWithoutValidation("Accept", accept)))
            .Expect(HttpStatusCode.OK);
        Assert.Equal("text/html", page.ContentHeaders.ContentType!.MediaType);
        var policy = string.Join(' ', page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.EndsWith("sandbox", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>bold", page.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;bold&lt;/b&gt;", page.Text, StringComparison.Ordinal);
        Assert.Contains("IST", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(record.Draft, page.Text, StringComparison.Ordinal);
        foreach (var heading in new[] { "Allergies", "Visits", "Notes", "Documents", "Plans of care", "Immunizations" })
        {
            Assert.Contains($"<h2>{heading}</h2>", page.Text, StringComparison.Ordinal);
        }

        Assert.Equal(
            "text/html",
            (await record.Clinic.Owner.Get(record.Path + "/export?format=html")).ContentHeaders.ContentType!.MediaType);
        (await record.Clinic.Owner.Get(record.Path + "/export?format=pdf"))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "invalid-fields");
    }

    private static List<JsonNode> Entries(byte[] bundle) =>
        [.. JsonNode.Parse(bundle)!["entry"]!.AsArray().Select(e => e!["resource"]!)];

    /// <summary>All but when it was asked for.</summary>
    private static string Bare(byte[] bundle)
    {
        var json = JsonNode.Parse(bundle)!.AsObject();
        json.Remove("timestamp");
        return json.ToJsonString();
    }
}
