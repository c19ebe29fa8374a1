using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>A worker in a process of its own, killed by SIGKILL again and again while it imports.</summary>
public sealed class ImportingUnderKills
{
    [Fact]
    public async Task A_worker_killed_at_every_kind_of_step_leaves_a_complete_import_without_doubles()
    {
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.Imports);
        var (control, clinic) = (await app.SignUpClinic(), await app.SignUpClinic());
        var undisturbed = await control.Owner.Import(Bundles.BrettGottlieb);
        var worker = app.Process(CloudParts.Imports);
        var (steps, kills) = (0, 0);

        void Kill()
        {
            kills++;
            worker.Kill();
        }

        // Committed but nobody heard of it: the first, fourth and last step. Dead before it was written: the third and the fifth.
        using var after = app.Gate.After(call =>
        {
            if (IsStep(call, clinic.Id) && Interlocked.Increment(ref steps) is 2 or 5 or 8)
            {
                Kill();
            }

            return Task.CompletedTask;
        });
        var (before, parts) = (0, 0);
        using var unwritten = app.Gate.Before(call =>
        {
            if ((IsStep(call, clinic.Id) && Interlocked.Increment(ref before) is 4)
                || (IsPart(call, clinic.Id) && Interlocked.Increment(ref parts) is 1))
            {
                Kill();
                throw GateFaultException.Abort();
            }

            return Task.CompletedTask;
        });

        var report = await clinic.Owner.Import(Bundles.BrettGottlieb);

        Assert.True(kills >= 4 && worker.Restarts >= 4, $"{kills} kills, {worker.Restarts} restarts");
        Assert.Equal(undisturbed["types"]!.ToJsonString(), report["types"]!.ToJsonString());
        Assert.Equal(96, report["total"]!["kept"]!.GetValue<int>());
        var export = (await clinic.Owner.Get(await clinic.Owner.OnlyPatient(report) + "/export")).Expect(HttpStatusCode.OK);
        var (sent, got) = (Bundles.ByName(Bundles.BrettGottlieb), Bundles.ByName(export.Bytes));
        Assert.Equal(sent.Count, JsonNode.Parse(export.Bytes)!["entry"]!.AsArray().Count);
        Assert.All(sent, s => Assert.True(JsonNode.DeepEquals(s.Value, got[s.Key]), s.Key));
        Assert.Equal(await Kinds(app, control.Id), await Kinds(app, clinic.Id));
    }

    /// <summary>A transaction of the clinic that writes the report: each step's, and the one that queues the import.</summary>
    private static bool IsStep(GateCall call, string tenant) => call.Operation == "TransactWriteItems" && call.Tenant == tenant
        && call.LeadingKeys.Any(k => k.Contains("#IMP#", StringComparison.Ordinal));

    private static bool IsPart(GateCall call, string tenant) => call.Operation == "PutObject" && call.Tenant == tenant
        && call.Requests.Any(r => r.Resource.Contains("/part/", StringComparison.Ordinal));

    private static string Kind(string place) =>
        place.Split('|') is [var area, var sort] && area.StartsWith("PAT#", StringComparison.Ordinal)
        ? "PAT|" + sort.Split('#')[0]
        : place.Split('#', '|')[0];

    /// <summary>
    /// How many rows of each kind a clinic has, but for the messages and their marks: those depend on who died.
    /// </summary>
    private static async Task<List<string>> Kinds(ClinicApp app, string tenant) =>
        [.. (await app.Raw.Places(tenant, CloudParts.Records))
            .Select(Kind)
            .Where(k => k is not ("INB" or "OUT"))
            .CountBy(k => k).Select(k => $"{k.Key} {k.Value}").Order(StringComparer.Ordinal)];
}
