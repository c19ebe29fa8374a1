using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>When an entry cannot be written, nothing is disclosed and nothing changes (AUD-1).</summary>
public sealed class NoAuditNoAnswer
{
    [Fact]
    [Trait("Promise", "AUD-1")]
    public async Task Reads_and_searches_answer_503_without_data_while_the_trail_cannot_be_written()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var registration = Samples.Registration(given: "Rukhsana");
        var path = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();

        using (BreakTrail(app, clinic))
        {
            foreach (var answer in new[]
                     {
                         await clinic.Owner.Get(path),
                         await clinic.Owner.Get(path + "/versions"),
                         await clinic.Owner.Get("/v1/audit"),
                         await clinic.Owner.Post("/v1/patients/search", new JsonObject { ["name"] = "rukh" }),
                     })
            {
                answer.ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
                Assert.DoesNotContain("Rukhsana", answer.Text, StringComparison.Ordinal);
            }

            var form = registration["patient"]!.DeepClone();
            (await clinic.Owner.Put(path, form, "\"1\"")).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
            (await clinic.Owner.Post("/v1/patients", Samples.Registration()))
                .ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        }

        Assert.Equal("\"1\"", (await clinic.Owner.Get(path)).Expect(HttpStatusCode.OK).ETag);
    }

    [Fact]
    [Trait("Promise", "AUD-2")]
    public async Task A_write_in_doubt_is_an_outage_and_its_chain_is_not_continued()
    {
        var app = await ClinicApp.Get();
        var clinic = await app.SignUpClinic();
        var path = (await clinic.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        var form = Samples.Registration()["patient"]!;
        using (app.Gate.After(call => call.Tenant == clinic.Id && call.Operation == "TransactWriteItems"
            ? throw new GateFaultException(400, "TransactionInProgressException", "still going on")
            : Task.CompletedTask))
        {
            (await clinic.Owner.Put(path, form, "\"1\"")).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        }

        // The doubtful write was done: the next one goes on from it, on a link of its own.
        (await clinic.Owner.Put(path, form.DeepClone(), "\"2\"")).Expect(HttpStatusCode.OK);
        var trail = (await clinic.Owner.Get("/v1/audit")).Expect(HttpStatusCode.OK).Json["entries"]!.AsArray();
        var links = trail.Select(e => e!["chain"]!.GetValue<string>() + "/" + e["sequence"]).ToList();
        Assert.Equal(2, trail.Count(e => e!["action"]!.GetValue<string>() == "PatientAmended"));
        Assert.Equal(links.Count, links.Distinct().Count());
    }

    private static IDisposable BreakTrail(ClinicApp app, SignedUpClinic clinic) => app.Gate.Before(call =>
        call.Tenant == clinic.Id && call.LeadingKeys.Any(k => k.Contains("#AUD#", StringComparison.Ordinal))
            && call.Role == RoleNames.TenantData
            ? throw new GateFaultException(500, "InternalServerError", "The table is gone.")
            : Task.CompletedTask);
}
