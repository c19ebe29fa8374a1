using System.Text.Json.Nodes;
using Clinic.Lambda;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.LambdaTests;

/// <summary>A small application on the Lambda server, in this process, and the Runtime API that feeds it.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private TestApp(ScriptedRuntime runtime, WebApplication app)
    {
        Runtime = runtime;
        App = app;
    }

    public ScriptedRuntime Runtime { get; }

    public WebApplication App { get; }

    public static async Task<TestApp> StartAsync(
        RequestDelegate handle, Action<IServiceCollection>? services = null, ILoggerProvider? log = null)
    {
        var runtime = await ScriptedRuntime.StartAsync();
        var app = Build(handle, runtime.Authority, services, log);
        await app.StartAsync();
        return new TestApp(runtime, app);
    }

    public static WebApplication Build(
        RequestDelegate handle, string? authority, Action<IServiceCollection>? services = null, ILoggerProvider? log = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.AddAWSLambdaHosting(LambdaEventSource.RestApi, o => o.RuntimeApi = authority);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.Run(handle);
        return app;
    }

    /// <summary>The answer to an event.</summary>
    public async Task<JsonNode> Ask(byte[] restEvent)
    {
        var posted = await Send(restEvent);
        Assert.EndsWith("/response", posted.Path, StringComparison.Ordinal);
        return JsonNode.Parse(posted.Body)!;
    }

    /// <summary>Whatever follows an event.</summary>
    public Task<Posted> Send(byte[] restEvent)
    {
        Runtime.Give(restEvent);
        return Runtime.NextPosted();
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Runtime.DisposeAsync();
    }
}
