using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>A worker in a process of its own, killed by SIGKILL at every kind of step of an export.</summary>
[Trait("Promise", "DSR-8")]
public sealed class ExportingUnderKills
{
    [Fact]
    public async Task A_worker_killed_at_every_kind_of_step_writes_the_same_lines_and_each_once()
    {
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.Exports);
        var clinic = await app.SignUpClinic();
        for (var i = 0; i < 6; i++)
        {
            await Charts.Patient(clinic.Owner);
        }

        var undisturbed = await clinic.Owner.FetchExport(await app.OpenedExport(clinic));
        var worker = app.Process(CloudParts.Exports);
        var (steps, begun, files, kills) = (0, 0, 0, 0);

        void Kill()
        {
            Interlocked.Increment(ref kills);
            worker.Kill();
        }

        // The first one queues the export. Committed and nobody heard of it: the count, and the manifest.
        using var after = app.Gate.After(call =>
        {
            if (IsStep(call, clinic.Id) && Interlocked.Increment(ref steps) is 2 or 6)
            {
                Kill();
            }

            return Task.CompletedTask;
        });

        // Dead with the file written and the step not: the patients. Dead before the file: the first of the trail.
        using var before = app.Gate.Before(call =>
        {
            if ((IsStep(call, clinic.Id) && Interlocked.Increment(ref begun) is 3)
                || (IsFile(call, clinic.Id, "trail-") && Interlocked.Increment(ref files) is 1))
            {
                Kill();
                throw GateFaultException.Abort();
            }

            return Task.CompletedTask;
        });

        var path = await app.OpenedExport(clinic);
        var export = await clinic.Owner.FetchExport(path);

        Assert.True(kills >= 4 && worker.Restarts >= 3, $"{kills} kills, {worker.Restarts} restarts");
        Assert.Equal(6, export.PatientLines.Count);
        Assert.Equal(undisturbed.PatientLines, export.PatientLines);
        Assert.Equal(undisturbed.Files["patients-00001.ndjson"], export.Files["patients-00001.ndjson"]);
        Assert.Equal(undisturbed.Files.Keys.Order(), export.Files.Keys.Order());
        var finished = await app.Raw.Trail(clinic.Id, nameof(AuditAction.ClinicExportFinished));
        Assert.Equal(2, finished.Count);
        Assert.Single((await app.Mail.To(clinic.Email)), m => m.Text.Contains(path.Split('/')[^1], StringComparison.Ordinal));
    }

    /// <summary>A transaction that writes the export's own row, but for the one that opens it.</summary>
    private static bool IsStep(GateCall call, string tenant) => call.Operation == "TransactWriteItems" && call.Tenant == tenant
        && call.LeadingKeys.Any(k => k.Contains("#EXP#", StringComparison.Ordinal))
        && !call.LeadingKeys.Any(k => k.Contains("#TOK#", StringComparison.Ordinal));

    private static bool IsFile(GateCall call, string tenant, string name) =>
        call.Operation == "PutObject" && call.Tenant == tenant
        && call.Requests.Any(r => r.Resource.Contains("/exports/", StringComparison.Ordinal)
            && r.Resource.Contains(name, StringComparison.Ordinal));
}
