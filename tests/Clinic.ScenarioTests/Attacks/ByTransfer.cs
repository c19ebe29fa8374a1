using System.Text.Json.Nodes;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Clinic.Testing;
using static Clinic.ScenarioTests.Attacks.Tries;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>What takes all of the victim's patients at once: the export of its clinic, and the list that it came with.</summary>
internal static class ByTransfer
{
    public static IEnumerable<Attack> All =>
    [
        Read("read-clinic-export", "how far another clinic's export is, and its rows", Known.ObjectLevel,
            AsAbsent(s => s.Victim.Export.Path), (s, wrong) => wrong.Query(Area(s))),
        Read("open-clinic-export", "another clinic's export, opened by the link that was sent to its owner", Known.Ticket,
            Http(404, s => s.Attacker.Owner.OpenExport(s.Victim.Export.Path, s.Victim.Export.Token)),
            (s, wrong) => wrong.Query(Area(s))),
        Read("link-for-own-export", "the same link for an own export", Known.SplitToken,
            Http(404, s => s.Attacker.Owner.OpenExport(s.Attacker.Export.Path, s.Victim.Export.Token)),
            (s, wrong) => wrong.Query(Area(s))),
        Read("clinic-export-file", "a file of another clinic's export", Known.ObjectLevel,
            AsAbsent(s => s.Victim.Export.Path + "/files/manifest.json"),
            async (s, wrong) => await wrong.GetObject(CloudParts.Documents, await File(s))),
        Read("end-clinic-export", "the end of another clinic's export", Known.ObjectLevel,
            AsAbsent(s => s.Victim.Export.Path, (client, path) => client.Delete(path)), (s, wrong) => wrong.Query(Area(s))),
        Read("read-list", "the report of another clinic's list of patients, and its rows", Known.ObjectLevel,
            AsAbsent(s => s.Victim.List), (s, wrong) => wrong.Query(ListArea(s))),
        Read("apply-list", "another clinic's list, registered here", Known.ObjectLevel,
            AsAbsent(s => s.Victim.List + "/apply", (client, path) =>
                client.Post(path, new JsonObject { ["duplicates"] = "skip" })),
            (s, wrong) => wrong.Query(ListArea(s))),
    ];

    private static string Area(Scene scene) => Keys.Export(new ExportId(Last(scene.Victim.Export.Path))).Area;

    private static string ListArea(Scene scene) => Keys.SheetImport(new SheetImportId(Last(scene.Victim.List))).Area;

    private static Guid Last(string path) => Guid.Parse(path.Split('/')[^1]);

    /// <summary>One of its objects, as a row of it names it.</summary>
    private static async Task<string> File(Scene scene)
    {
        var prefix = $"T#{scene.Victim.Tenant}#{Area(scene)}";
        var row = (await scene.App.Raw.All(CloudParts.Records, prefix)).First(r => r.ContainsKey("o"));
        return $"T/{scene.Victim.Tenant}/{row["o"].S}";
    }
}
