using System.Net;
using System.Text.Json.Nodes;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What is imported becomes entries of the record, beside the resources that are kept as they came.</summary>
public sealed class ImportingIntoTheRecord
{
    private static readonly string[] BeforeBirth =
    [
        "entry[24].resource rule:at kept", "entry[25].resource rule:at kept", "entry[26].resource rule:at kept",
        "entry[28].resource rule:at kept",
    ];

    [Fact]
    public async Task Every_resource_of_ten_bundles_is_in_the_record_as_a_table_read_another_way_says()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var lines = 0;
        foreach (var name in Bundles.Names)
        {
            var bundle = Bundles.Named(name);
            var report = await clinic.Owner.Import(bundle);
            var expected = SyntheaTable.OfBundle(bundle);

            Assert.Equal(name == "Dorris_Kuhic" ? BeforeBirth : [], await NotTaken(clinic.Owner, report));
            var found = await Record(clinic.Owner, await clinic.Owner.OnlyPatient(report));
            var differ = string.Join('\n', expected.Except(found).Concat(found.Except(expected)).Order(StringComparer.Ordinal));
            Assert.True(differ.Length == 0, differ);
            Assert.Equal(expected, found);
            Assert.Equal(expected.Count, report["total"]!["recorded"]!.GetValue<int>());
            lines += expected.Count;
        }

        Assert.Equal(10, Bundles.Names.Count());
        Assert.Equal(1_167, lines);
    }

    [Fact]
    public async Task What_comes_again_changed_is_written_anew_and_what_was_amended_here_is_left_alone()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var word = Charts.Word();
        var patient = Bundles.Patient("Rajagopalan-" + word);
        var (changed, amended) = (Condition(patient, "Gout-" + word), Condition(patient, "Goitre-" + word));
        var (moved, withdrawn) = (Condition(patient, "Scurvy-" + word), Condition(patient, "Croup-" + word));
        JsonObject[] all = [changed, amended, moved, withdrawn];
        byte[] Bundle() => Bundles.Bytes(Bundles.Of(all.Prepend(patient).Select(r => r.DeepClone().AsObject())));
        var path = await clinic.Owner.OnlyPatient(await clinic.Owner.Import(Bundle()));
        (await clinic.Owner.Post(path + "/consents", new JsonObject
        {
            ["consents"] = new JsonArray(Samples.Consent("personal-data"), Samples.Consent("health-data")),
        })).Expect(HttpStatusCode.Created);
        var here = (await Entries(clinic.Owner, path)).Single(e => Text(e).StartsWith("Goitre", StringComparison.Ordinal));
        var finding = here["condition"]!.DeepClone();
        finding["clinicalStatus"] = "inactive";
        var address = $"{path}/chart/condition/{here["id"]}";
        (await clinic.Owner.Put(address, new JsonObject { ["condition"] = finding }, "\"1\"")).Expect(HttpStatusCode.OK);

        Array.ForEach(all, r => r["clinicalStatus"] = Coded("resolved"));
        moved["recordedDate"] = "2021-07-09";
        withdrawn["verificationStatus"] = Coded("entered-in-error");
        var report = await clinic.Owner.Import(Bundle());

        Assert.Equal(["entry[4].resource entered-in-error kept"], await NotTaken(clinic.Owner, report));
        Assert.Equal((4, 3), (Total(report, "versioned"), Total(report, "recorded")));
        var after = (await Entries(clinic.Owner, path, "&includeRetracted=true")).Select(
            e => $"{Text(e)[..3]} {e["status"]} {e["condition"]!["clinicalStatus"]} {e["version"]} {((string)e["at"]!)[..10]}");
        Assert.Equal(
            [
                "Cro entered-in-error active 2 2021-07-08", "Goi current inactive 2 2021-07-08",
                "Gou current resolved 2 2021-07-08", "Scu current resolved 1 2021-07-09",
                "Scu entered-in-error active 2 2021-07-08",
            ],
            after.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_allergy_that_contradicts_what_is_recorded_is_kept_and_named()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var patient = Bundles.Patient("Venkataraman");
        JsonObject Allergy(string text, string? code = null) => new()
        {
            ["resourceType"] = "AllergyIntolerance", ["id"] = Bundles.NewId(),
            ["patient"] = new JsonObject { ["reference"] = Bundles.UrlOf(patient) },
            ["code"] = code is null ? new JsonObject { ["text"] = text } : new JsonObject
            {
                ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://snomed.info/sct", ["code"] = code }),
            },
        };
        var bundle = Bundles.Of(patient, Allergy("Latex-" + Charts.Word()), Allergy("", "716186003"));

        var report = await clinic.Owner.Import(Bundles.Bytes(bundle));

        Assert.Equal(["entry[2].resource allergy-in-force kept"], await NotTaken(clinic.Owner, report));
        var entry = Assert.Single(await Entries(clinic.Owner, await clinic.Owner.OnlyPatient(report)));
        Assert.Equal("active unconfirmed", $"{entry["allergy"]!["clinicalStatus"]} {entry["allergy"]!["verificationStatus"]}");
    }

    private static JsonObject Condition(JsonObject patient, string text) => new()
    {
        ["resourceType"] = "Condition",
        ["id"] = Bundles.NewId(),
        ["subject"] = new JsonObject { ["reference"] = Bundles.UrlOf(patient) },
        ["code"] = new JsonObject { ["text"] = text },
        ["clinicalStatus"] = Coded("active"),
        ["recordedDate"] = "2021-07-08",
    };

    private static JsonObject Coded(string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["code"] = code }) };

    private static string Text(JsonNode entry) => (string)entry["condition"]!["code"]!["text"]!;

    private static int Total(JsonNode report, string what) => report["total"]![what]!.GetValue<int>();

    private static async Task<List<JsonNode>> Entries(ClinicClient client, string patient, string query = "") =>
        [.. (await client.Get($"{patient}/chart?size=100{query}")).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray()
            .Select(e => e!)];

    /// <summary>What was refused, or kept alone.</summary>
    internal static async Task<List<string>> NotTaken(ClinicClient client, JsonNode report) =>
        [.. (await client.Get($"/v1/imports/{report["id"]}/refusals")).Expect(HttpStatusCode.OK).Json["refusals"]!.AsArray()
            .Select(r => $"{r!["path"]} {r["reason"]}{(r["kept"]!.GetValue<bool>() ? " kept" : "")}")];

    /// <summary>A line for each entry of her record.</summary>
    internal static async Task<List<string>> Record(ClinicClient client, string patient)
    {
        var (entries, cursor) = (new List<JsonNode>(), "");
        do
        {
            var page = (await client.Get($"{patient}/chart?size=100{cursor}")).Expect(HttpStatusCode.OK).Json;
            entries.AddRange(page["entries"]!.AsArray()!);
            cursor = (string?)page["next"] is { } next ? "&cursor=" + Uri.EscapeDataString(next) : "";
        }
        while (cursor.Length > 0);
        var visits = entries.Where(e => (string)e["kind"]! == "visit").ToDictionary(
            e => (string)e["id"]!, e => DateTimeOffset.Parse((string)e["at"]!, null).UtcDateTime.ToString("O"));
        return [.. entries.Select(e => SyntheaTable.OfEntry(e, visits)).Order(StringComparer.Ordinal)];
    }
}
