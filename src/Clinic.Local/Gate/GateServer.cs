using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.Local.Gate;

/// <summary>
/// The policy gate: one address for all of AWS. It knows who signed a call, asks the same policies that the stack deploys, and
/// passes what is allowed on to the stand-ins. So isolation by IAM holds, and can be attacked, without AWS (ISO-2).
/// </summary>
public sealed class GateServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly GateOptions _options;
    private readonly KeyFolder _keys;

    private GateServer(WebApplication app, HttpClient http, Uri url, GateOptions options, KeyFolder keys)
    {
        _app = app;
        _http = http;
        _options = options;
        _keys = keys;
        Url = url;
    }

    /// <summary>What clients get as AWS_ENDPOINT_URL.</summary>
    public Uri Url { get; }

    public static Task<GateServer> StartAsync(GateOptions options, CancellationToken ct = default) =>
        StartAsync(options, new KeyFolder(options.DataFolder), ct);

    /// <summary>
    /// Another gate before the same stand-ins, with the same master keys and sessions: so a test can take the policies away
    /// from under data that was written with them.
    /// </summary>
    public Task<GateServer> BesideAsync(Func<GateOptions, GateOptions> change, CancellationToken ct = default) =>
        StartAsync(change(_options) with { Port = 0 }, _keys, ct);

    private static async Task<GateServer> StartAsync(GateOptions options, KeyFolder keys, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Uploads are as large as the client's ticket says; S3 itself is the one that limits them.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });

        // Answers are passed on as they come: no decompression, no redirects, no cookies.
        var http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        });
        var app = builder.Build();
        var pipeline = new GatePipeline(options, http, keys);
        app.Run(pipeline.HandleAsync);
        await app.StartAsync(ct);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new GateServer(app, http, new Uri(addresses.Single()), options, keys);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }
}
