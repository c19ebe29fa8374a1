using Clinic.Lambda;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.LambdaTests;

/// <summary>What an application does in INIT.</summary>
public sealed class WarmingUp
{
    [Fact]
    public async Task A_request_goes_through_the_pipeline_before_the_first_event()
    {
        var seen = new List<string>();
        var (status, connections) = (0, -1);
        await using var runtime = await ScriptedRuntime.StartAsync();
        runtime.Give(Events.Bytes("rest/post-json"));
        await using var app = TestApp.Build(
            http =>
            {
                seen.Add($"{http.Request.Method} {http.Request.Scheme} {http.Request.Host} {http.Request.Path}");
                http.Response.StatusCode = 418;
                return http.Response.WriteAsync("warm");
            },
            runtime.Authority,
            s => s.AddLambdaWarmUp(async (services, push, ct) =>
            {
                Assert.NotNull(services.GetService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>());
                status = await push("/health", ct);
                connections = runtime.Connections;
            }));
        await app.StartAsync();
        await runtime.NextPosted();
        Assert.Equal(["GET https warm-up.invalid /health", "POST https api.clinic.example /v1/patients/search"], seen);
        Assert.Equal((418, 0), (status, connections));
    }

    [Fact]
    public async Task One_that_fails_is_logged_by_its_type_and_the_function_starts()
    {
        var log = new ListLog();
        var next = false;
        await using var app = await TestApp.StartAsync(
            http => http.Request.Path == "/breaks"
                ? throw new InvalidTimeZoneException("secret") : http.Response.WriteAsync("ok"),
            s => s.AddLambdaWarmUp((_, push, ct) => push("/breaks", ct))
                .AddLambdaWarmUp((_, _, _) => throw new NotFiniteNumberException("secret"))
                .AddLambdaWarmUp((_, _, _) =>
                {
                    next = true;
                    return Task.CompletedTask;
                }),
            log);
        Assert.True(next, "a later warm-up runs all the same");
        Assert.Equal(
            ["Clinic.Lambda.RestServer: Warming up failed: InvalidTimeZoneException ",
                "Clinic.Lambda.RestServer: Warming up failed: NotFiniteNumberException "],
            log.Lines.Where(l => l.Contains("Warming", StringComparison.Ordinal)));
        Assert.Equal(200, (await app.Ask(Events.Bytes("rest/bare")))["statusCode"]!.GetValue<int>());
    }
}
