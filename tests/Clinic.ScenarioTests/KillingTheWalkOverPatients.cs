using System.Net;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Trail;
using Clinic.Testing;
using Xunit;
using static Clinic.ScenarioTests.PeopleToTell;

namespace Clinic.ScenarioTests;

/// <summary>The walk that tells a clinic's patients of an incident, by the published worker in a process of its own.</summary>
public sealed class KillingTheWalkOverPatients
{
    [Fact]
    [Trait("Promise", "INC-4")]
    [Trait("Promise", "MSG-7")]
    public async Task A_worker_killed_twice_in_the_middle_tells_nobody_twice_and_leaves_nobody_out()
    {
        await using var app = await ClinicApp.StartAsync(asProcesses: CloudParts.BreachAlerts);
        var worker = app.Process(CloudParts.BreachAlerts);
        var (clinic, operators) = (await app.SignUpClinic(), await app.SignInOperator());
        var people = await Register(clinic, 24);
        var id = await OpenNow(operators, app, clinic.Id);
        (await operators.Freeze(clinic.Id)).Expect(HttpStatusCode.OK);

        // Before the third page is written, and just after the one that is the sixth to be tried was.
        var steps = 0;
        using var before = app.Gate.Before(call => IsStep(call, clinic.Id) && Interlocked.Increment(ref steps) == 3
            ? Kill(worker) : Task.CompletedTask);
        using var after = app.Gate.After(call => IsStep(call, clinic.Id) && Volatile.Read(ref steps) == 6
            && Interlocked.CompareExchange(ref steps, 7, 6) == 6 ? Kill(worker) : Task.CompletedTask);
        (await operators.Post(Path(id, clinic.Id), Order())).Expect(HttpStatusCode.Accepted);
        var seen = await Finished(operators, Path(id, clinic.Id));

        Assert.Equal("total=24 told=24 withoutAddress=0 pending=0 laterOnes=0", Numbers(seen));
        foreach (var person in people)
        {
            Assert.Equal(1, await Mails(app, person.Address));
        }

        Assert.Equal(2, worker.Restarts);
        Assert.Equal(8, (await app.Raw.Trail(clinic.Id, nameof(AuditAction.IncidentNoticesStepDone))).Count(
            s => s.Note?.EndsWith("in all", StringComparison.Ordinal) == true
                || s.Note?.EndsWith("people", StringComparison.Ordinal) == true));
    }

    private static Task Kill(WorkerProcess worker)
    {
        worker.Kill();
        return Task.CompletedTask;
    }

    /// <summary>A page: the walk's next place and its messages.</summary>
    private static bool IsStep(GateCall call, string clinic) => call.Operation == "TransactWriteItems" && call.Tenant == clinic
        && Incidents.Body(call).Contains("incident.person", StringComparison.Ordinal)
        && Incidents.Body(call).Contains("\"#s_part\"", StringComparison.Ordinal);
}
