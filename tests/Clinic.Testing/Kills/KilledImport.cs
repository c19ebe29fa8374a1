using System.Net;
using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Testing.Faults;

namespace Clinic.Testing.Kills;

/// <summary>
/// A Synthea bundle, and two letters that come with it: files are laid beside the transaction of their step, where a step that is
/// taken twice could leave two.
/// </summary>
internal sealed class KilledImport(ClinicApp app) : KilledWork(app, "import")
{
    private const int Letters = 2;

    public override void Kill() => App.Process(CloudParts.Imports).Kill();

    public override async Task<IReadOnlyList<string>> Do(Func<string, KillSwitch> arm)
    {
        var clinic = await Clinic();
        var bundle = Bundle();
        var before = await Ledger.Take(App.Raw, [clinic.Id]);
        JsonNode report;
        using (arm(clinic.Id))
        {
            report = await clinic.Owner.Import(Bundles.Bytes(bundle));
            await Settled(clinic);
        }

        var patient = await clinic.Owner.OnlyPatient(report);
        var export = (await clinic.Owner.Get(patient + "/export")).Expect(HttpStatusCode.OK);
        var (sent, got) = (Bundles.ByName(Bundles.BrettGottlieb), Bundles.ByName(export.Bytes));
        var whole = sent.Count(s => got.TryGetValue(s.Key, out var resource) && JsonNode.DeepEquals(s.Value, resource));
        var entries = await Entries(clinic.Owner, patient);
        return
        [
            $"report {report["state"]} {report["types"]!.ToJsonString()}",
            $"{whole} of {sent.Count} resources as they were sent, of {got.Count}",
            $"{entries.Count} entries, {entries.Distinct().Count()} different",
            .. await Rows(clinic, before), .. await Objects(clinic),
        ];
    }

    private JsonObject Bundle()
    {
        var bundle = JsonNode.Parse(Bundles.BrettGottlieb)!.AsObject();
        var entries = bundle["entry"]!.AsArray();
        var patient = entries.First(e => e!["resource"]!["resourceType"]!.GetValue<string>() == "Patient")!["fullUrl"]!;
        for (var letter = 0; letter < Letters; letter++)
        {
            var resource = Bundles.Letter(
                patient.GetValue<string>(), string.Join('\n', Enumerable.Repeat(Word(), 2_000)), $"202{letter}-03-04T10:00:00Z");
            entries.Add((JsonNode)new JsonObject { ["fullUrl"] = Bundles.UrlOf(resource), ["resource"] = resource });
        }

        return bundle;
    }

    private static async Task<List<string>> Entries(ClinicClient client, string patient)
    {
        var (all, cursor) = (new List<string>(), "");
        do
        {
            var page = (await client.Get($"{patient}/chart?size=100{cursor}")).Expect(HttpStatusCode.OK).Json;
            all.AddRange(page["entries"]!.AsArray().Select(e => e!["id"]!.GetValue<string>()));
            cursor = page["next"] is { } next ? "&cursor=" + next.GetValue<string>() : "";
        }
        while (cursor.Length > 0);

        return all;
    }
}
