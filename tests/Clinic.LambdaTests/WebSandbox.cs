using Clinic.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Clinic.LambdaTests;

/// <summary>A small application on the Lambda server behind the well-behaved Runtime API.</summary>
internal sealed class WebSandbox(RuntimeApi runtime, WebApplication app) : ISandbox
{
    private static readonly FunctionLimits Limits = new(TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(20));

    public static async Task<WebSandbox> StartAsync(RequestDelegate handle)
    {
        var runtime = await RuntimeApi.StartAsync("arn:aws:lambda:test", Limits, TimeProvider.System);
        var app = TestApp.Build(handle, runtime.Authority);
        await app.StartAsync();
        return new WebSandbox(runtime, app);
    }

    public Task<ReadOnlyMemory<byte>> InvokeAsync(ReadOnlyMemory<byte> payload) => runtime.InvokeAsync(payload);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await runtime.DisposeAsync();
    }
}
