using System.Net;
using Clinic.Api;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

/// <summary>What the Api does on Lambda, and what a client cannot make it believe there.</summary>
[Collection(MovesTheClock.Name)]
public sealed class StartingOnLambda
{
    [Fact]
    public async Task Warming_up_opens_connections_and_leaves_nothing_behind()
    {
        var app = await ClinicApp.Get();
        using var recording = app.Gate.Record();
        await using var sandbox = await LambdaSandbox.StartAsync(authority => ApiHost.Build(
            [], ClinicApp.Access(RoleNames.ApiBase, app.Cloud), b => b.Services.AddAWSLambdaHosting(
                LambdaEventSource.RestApi, o => o.RuntimeApi = authority)));

        // Whatever it writes or assumes would pass the gate; workers may be at work meanwhile, in roles of their own.
        Assert.Equal(
            ["dynamodb GetItem True", "sts GetCallerIdentity True"],
            recording.Decisions.Where(d => !d.Call.Role.StartsWith("Worker-", StringComparison.Ordinal) && d.Call.Tenant is null)
                .Select(d => $"{d.Call.Service} {d.Call.Operation} {d.Allowed}").Order());
        Assert.DoesNotContain(recording.Decisions, d => d.Call.Operation == "AssumeRole" && d.Call.Role == RoleNames.ApiBase);
    }

    [Fact]
    [Trait("Promise", "ISO-2")]
    public async Task Headers_that_name_a_clinic_or_an_address_mean_nothing()
    {
        var app = await ClinicApp.Get();
        var (own, other) = (await app.SignUpClinic(), await app.SignUpClinic());
        string[] names = ["X-Amz-Tenant-Id", "X-Amzn-Request-Context", "X-Amzn-Lambda-Context", "X-Tenant", "Tenant-Id"];
        var answer = await own.Owner.Send(HttpMethod.Get, "/v1/clinics/current", null, r =>
        {
            foreach (var name in names)
            {
                r.Headers.TryAddWithoutValidation(name, $"{{\"tenant\":\"{other.Id}\",\"tenantId\":\"{other.Id}\"}}");
                r.Headers.TryAddWithoutValidation(name, other.Id);
            }

            r.Headers.TryAddWithoutValidation("X-Forwarded-For", "192.0.2.1");
        });
        Assert.Contains(own.Name, answer.Expect(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Id, answer.Text, StringComparison.Ordinal);

        // Nobody's session stays nobody's, and the trail keeps the address that the gateway saw.
        using var stranger = app.Client();
        var refused = await stranger.Send(HttpMethod.Get, "/v1/clinics/current", null, r =>
            r.Headers.TryAddWithoutValidation("X-Amz-Tenant-Id", other.Id));
        refused.ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
        await own.Owner.Send(HttpMethod.Post, "/v1/sessions", Credentials(own), r =>
            r.Headers.TryAddWithoutValidation("X-Forwarded-For", "192.0.2.1"));
        var sessions = (await own.Owner.Get("/v1/sessions")).Expect(HttpStatusCode.OK).Json["sessions"]!.AsArray();
        Assert.All(sessions, s => Assert.Equal("127.0.0.1", s!["address"]!.GetValue<string>()));
    }

    private static System.Text.Json.Nodes.JsonObject Credentials(SignedUpClinic clinic) =>
        new() { ["email"] = clinic.Email, ["password"] = clinic.Password };
}
