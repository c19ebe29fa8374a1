using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>A worker in a process of its own, killed by SIGKILL again and again while it tries, applies and undoes a
/// list.</summary>
public sealed class ImportingAListUnderKills
{
    [Fact]
    public async Task A_worker_killed_at_every_kind_of_step_leaves_what_an_undisturbed_one_leaves()
    {
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.Imports);
        var (control, clinic) = (await app.SignUpClinic(), await app.SignUpClinic());
        var list = PatientLists.Of(24);
        var undisturbed = await control.Owner.ApplySheet(await control.Owner.TrySheet(list));
        var worker = app.Process(CloudParts.Imports);
        var (after, before, parts, kills) = (0, 0, 0, 0);

        // Committed but nobody heard of it: the plan, a comparison, a registration, an undoing.
        using var heard = app.Gate.After(call =>
        {
            if (IsStep(call, clinic.Id) && Interlocked.Increment(ref after) is 1 or 3 or 6 or 13)
            {
                kills++;
                worker.Kill();
            }

            return Task.CompletedTask;
        });
        using var unwritten = app.Gate.Before(call =>
        {
            var dies = (IsStep(call, clinic.Id) && Interlocked.Increment(ref before) is 5 or 14)
                || (IsPart(call, clinic.Id) && Interlocked.Increment(ref parts) is 1);
            if (dies)
            {
                kills++;
                worker.Kill();
                throw GateFaultException.Abort();
            }

            return Task.CompletedTask;
        });

        var applied = await clinic.Owner.ApplySheet(await clinic.Owner.TrySheet(list));

        Assert.Equal(undisturbed["counts"]!.ToJsonString(), applied["counts"]!.ToJsonString());
        Assert.Equal(await Kinds(app, control.Id), await Kinds(app, clinic.Id));
        undisturbed = await control.Owner.UndoSheet(undisturbed);
        var undone = await clinic.Owner.UndoSheet(applied);
        Assert.Equal(undisturbed["counts"]!.ToJsonString(), undone["counts"]!.ToJsonString());
        Assert.Equal(24, undone["counts"]!["removed"]!.GetValue<int>());
        Assert.Equal(await Kinds(app, control.Id), await Kinds(app, clinic.Id));
        Assert.True(kills >= 6 && worker.Restarts >= 6, $"{kills} kills, {worker.Restarts} restarts, {after} and {before} steps");
    }

    /// <summary>A worker's transaction that writes the report; a member's sends a message on and touches no patient.</summary>
    private static bool IsStep(GateCall call, string tenant)
    {
        var keys = call.Operation == "TransactWriteItems" && call.Tenant == tenant ? call.LeadingKeys.ToList() : [];
        bool Has(string area) => keys.Exists(k => k.Contains($"#{area}#", StringComparison.Ordinal));
        return Has("SHT") && (!Has("OUT") || Has("PAT"));
    }

    private static bool IsPart(GateCall call, string tenant) => call.Operation == "PutObject" && call.Tenant == tenant
        && call.Requests.Any(r => r.Resource.Contains("/part/", StringComparison.Ordinal));

    /// <summary>How many rows of each kind a clinic has, but for messages and claims: those depend on who died.</summary>
    private static async Task<List<string>> Kinds(ClinicApp app, string tenant) =>
        [.. (await app.Raw.Places(tenant, CloudParts.Records)).Select(p => p.Split('#', '|')[0])
            .Where(k => k is not ("INB" or "OUT" or "IDEM"))
            .CountBy(k => k).Select(k => $"{k.Key} {k.Value}").Order(StringComparer.Ordinal)];
}
