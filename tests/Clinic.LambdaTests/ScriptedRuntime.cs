using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.LambdaTests;

/// <summary>What came in at a path, with its error type header and body.</summary>
internal sealed record Posted(string Path, string ErrorType, byte[] Body);

/// <summary>
/// A Runtime API that a test makes misbehave; the well-behaved one is <see cref="Local.RuntimeApi"/>. Spells its headers in lower
/// case, as a proxy may.
/// </summary>
internal sealed class ScriptedRuntime : IAsyncDisposable
{
    private readonly Channel<byte[]> _events = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<Posted> _posted = Channel.CreateUnbounded<Posted>();
    private readonly ConcurrentDictionary<string, int> _connections = new();
    private WebApplication? _app;
    private int _ids;

    public string Authority { get; private set; } = "";

    /// <summary>Status of the answer to each call; 0 is what the contract says.</summary>
    public Func<string, int> StatusOf { get; set; } = _ => 0;

    public TimeSpan Time { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Sent with each event when it is set.</summary>
    public string? TraceId { get; set; }

    public int Connections => _connections.Count;

    public static async Task<ScriptedRuntime> StartAsync()
    {
        var runtime = new ScriptedRuntime();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        runtime._app = builder.Build();
        runtime._app.Run(runtime.ServeAsync);
        await runtime._app.StartAsync();
        runtime.Authority = new Uri(runtime._app.Urls.Single()).Authority;
        return runtime;
    }

    public void Give(byte[] payload) => _events.Writer.TryWrite(payload);

    public async Task<Posted> NextPosted()
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _posted.Reader.ReadAsync(time.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _app!.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        _connections.TryAdd(http.Connection.Id, 0);
        var path = http.Request.Path.Value!["/2018-06-01/runtime/".Length..];
        if (HttpMethods.IsPost(http.Request.Method))
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var type = http.Request.Headers["Lambda-Runtime-Function-Error-Type"].ToString();
            await _posted.Writer.WriteAsync(new Posted(path, type, body.ToArray()));
            http.Response.StatusCode = StatusOf(path) is var status and > 0 ? status : StatusCodes.Status202Accepted;
            await http.Response.WriteAsync("""{"status":"OK"}""");
            return;
        }

        if (StatusOf(path) is var broken and > 0)
        {
            http.Response.StatusCode = broken;
            return;
        }

        if (!await _events.Reader.WaitToReadAsync(http.RequestAborted) || !_events.Reader.TryRead(out var payload))
        {
            http.Abort();
            return;
        }

        var deadline = (TimeProvider.System.GetUtcNow() + Time).ToUnixTimeMilliseconds();
        http.Response.Headers["lambda-runtime-aws-request-id"] = $"id{Interlocked.Increment(ref _ids)}";
        http.Response.Headers["lambda-runtime-deadline-ms"] = $"{deadline}";
        http.Response.Headers["lambda-runtime-invoked-function-arn"] = "arn:aws:lambda:ap-south-1:210987654321:function:f";
        if (TraceId is not null)
        {
            http.Response.Headers["lambda-runtime-trace-id"] = TraceId;
        }

        await http.Response.Body.WriteAsync(payload);
    }
}
