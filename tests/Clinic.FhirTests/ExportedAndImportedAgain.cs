using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.FhirTests;

/// <summary>What went out of one clinic goes into another and out of it again: the same resources, in the same bytes.</summary>
[Trait("Promise", "DSR-4")]
public sealed class ExportedAndImportedAgain
{
    [Fact]
    public async Task A_record_of_every_kind_is_the_same_after_another_clinic_took_it_in()
    {
        var record = await ARecord.Get();
        var first = await record.Export();

        var (second, report) = await Through(record.App, first);

        Same(first, second);
        Assert.Equal(0, Total(report, "refused"));

        // Two retracted ones of each kind of status have no entry: they are kept as what they are.
        Assert.True(Total(report, "recorded") >= 15, report.ToJsonString());
        var (third, _) = await Through(record.App, second);
        Same(second, third);
    }

    [Fact]
    public async Task What_was_amended_after_its_import_goes_out_beside_its_source_and_is_one_entry_again_elsewhere()
    {
        var app = (await ARecord.Get()).App;
        var owner = (await app.SignUpClinic()).Owner;
        var patient = await owner.OnlyPatient(await owner.Import(Bundles.BrettGottlieb));
        var consents = new JsonArray(Samples.Consent("personal-data"), Samples.Consent("health-data"));
        (await owner.Post(patient + "/consents", new JsonObject { ["consents"] = consents })).Expect(HttpStatusCode.Created);
        var before = await Chart(owner, patient);
        var condition = before.First(e => (string)e["kind"]! == "condition");
        var finding = condition["condition"]!.DeepClone();
        finding["note"] = "Seen again: " + Charts.Word();
        var place = $"{patient}/chart/condition/{condition["id"]}";
        (await owner.Put(place, new JsonObject { ["condition"] = finding }, "\"1\"")).Expect(HttpStatusCode.OK);

        var first = (await owner.Get(patient + "/export")).Expect(HttpStatusCode.OK).Bytes;
        Assert.Empty(R4.Dangling(first));
        Assert.Equal(1, Bundles.ByName(first).Keys.Count(k => k.StartsWith("Provenance/", StringComparison.Ordinal)));
        Assert.Equal(Bundles.ByName(Bundles.BrettGottlieb).Count + 3, Bundles.ByName(first).Count);

        var (second, report) = await Through(app, first);

        Same(first, second);
        Assert.Equal(before.Count, Total(report, "recorded"));
    }

    /// <summary>Into a clinic that has nobody, and out again.</summary>
    private static async Task<(byte[] Export, JsonNode Report)> Through(ClinicApp app, byte[] export)
    {
        var owner = (await app.SignUpClinic()).Owner;
        var report = await owner.Import(export);
        var patient = await owner.OnlyPatient(report);
        return ((await owner.Get(patient + "/export")).Expect(HttpStatusCode.OK).Bytes, report);
    }

    private static void Same(byte[] one, byte[] other)
    {
        var (before, after) = (Bundles.ByName(one), Bundles.ByName(other));
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, r => Assert.Equal(r.Value.ToJsonString(), after[r.Key].ToJsonString()));
    }

    private static int Total(JsonNode report, string what) => report["total"]![what]!.GetValue<int>();

    private static async Task<List<JsonNode>> Chart(ClinicClient client, string patient)
    {
        var page = (await client.Get(patient + "/chart?size=100")).Expect(HttpStatusCode.OK).Json;
        Assert.Null(page["next"]);
        return [.. page["entries"]!.AsArray().Select(e => e!)];
    }
}
