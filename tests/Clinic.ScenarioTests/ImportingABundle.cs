using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class ImportingABundle
{
    [Theory]
    [InlineData("Luigi", 61, "Wiegand")]
    [InlineData("Brett", 96, "Gottlieb")]
    [Trait("Promise", "DSR-4")]
    public async Task What_was_imported_is_exported_resource_by_resource_in_the_same_bytes(
        string who, int resources, string family)
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var bundle = who == "Luigi" ? Bundles.LuigiWiegand : Bundles.BrettGottlieb;

        var report = await clinic.Owner.Import(bundle);

        Assert.Equal("finished", report["state"]!.GetValue<string>());
        Assert.Equal(resources, report["total"]!["read"]!.GetValue<int>());
        Assert.Equal(resources, report["total"]!["kept"]!.GetValue<int>());
        var patient = await clinic.Owner.OnlyPatient(report);
        var read = (await clinic.Owner.Get(patient)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("consent-pending", read["state"]!.GetValue<string>());
        Assert.Equal(family, read["record"]!["name"]!["family"]!.GetValue<string>());
        Assert.All(
            read["record"]!["identifiers"]!.AsArray(), i =>
            Assert.StartsWith("XXX", i!["value"]!.GetValue<string>(), StringComparison.Ordinal));

        var export = (await clinic.Owner.Get(patient + "/export")).Expect(HttpStatusCode.OK);
        Assert.Equal("application/fhir+json", export.ContentHeaders.ContentType!.MediaType);
        var (sent, got) = (Bundles.ByName(bundle), Bundles.ByName(export.Bytes));
        Assert.Equal(sent.Keys.Order(), got.Keys.Order());
        Assert.All(sent, s => Assert.True(JsonNode.DeepEquals(s.Value, got[s.Key]), s.Key));
        Assert.All(RawResources(bundle), raw => Assert.Contains(raw, export.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_bundle_again_writes_no_resource_and_a_changed_one_makes_a_version()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var first = await clinic.Owner.Import(Bundles.LuigiWiegand);
        var rows = await FhirRows(clinic.Id);

        var again = await clinic.Owner.Import(Bundles.LuigiWiegand);

        Assert.Equal(
            (61, 61, 0, 0), (Total(again, "read"), Total(again, "unchanged"), Total(again, "kept"), Total(again, "versioned")));
        Assert.Equal(await clinic.Owner.OnlyPatient(first), await clinic.Owner.OnlyPatient(again));
        Assert.Equal(rows, await FhirRows(clinic.Id));

        var changed = JsonNode.Parse(Bundles.LuigiWiegand)!;
        var observation = changed["entry"]!.AsArray().Select(e => e!["resource"]!)
            .First(r => r["resourceType"]!.GetValue<string>() == "Observation");
        observation["status"] = "amended";
        var third = await clinic.Owner.Import(Bundles.Bytes(changed));

        Assert.Equal((60, 1), (Total(third, "unchanged"), Total(third, "versioned")));
        var after = await FhirRows(clinic.Id);
        Assert.Equal(rows.Count + 1, after.Count);
        var export = (await clinic.Owner.Get(await clinic.Owner.OnlyPatient(third) + "/export")).Expect(HttpStatusCode.OK);
        Assert.Equal("amended", Bundles.ByName(export.Bytes)[$"Observation/{observation["id"]}"]["status"]!.GetValue<string>());
    }

    /// <summary>Every row of kept resources of a clinic with its ciphertext: equal means that nothing was written.</summary>
    private static async Task<SortedDictionary<string, string>> FhirRows(string tenant)
    {
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (place, row) in await (await ClinicApp.Get()).Raw.Of(tenant, CloudParts.Records))
        {
            if (row["sk"].S.StartsWith("FH", StringComparison.Ordinal))
            {
                rows.Add(
                    place, row.TryGetValue("b", out var inline) ? Convert.ToBase64String(inline.B.ToArray()) : row["b_at"].S);
            }
        }

        return rows;
    }

    private static int Total(JsonNode report, string what) => report["total"]![what]!.GetValue<int>();

    /// <summary>The text of each resource as it stands in the file.</summary>
    private static List<string> RawResources(byte[] bundle)
    {
        Assert.True(Imports.BundleReader.Read(bundle).Holds(out var entries, out _));
        return [.. entries.Select(e => Encoding.UTF8.GetString(bundle, e.Start, e.Length))];
    }
}
