using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.GateTests.Gate;

internal sealed record Arrived(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>
/// Stands behind the gate for every service: keeps objects by path, answers {} to DynamoDB, and remembers what
/// arrived.
/// </summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private const string MetaPrefix = "x-amz-meta-";

    private readonly ConcurrentDictionary<string, (byte[] Body, KeyValuePair<string, string>[] Meta)> _objects = new();
    private readonly WebApplication _app;

    private FakeUpstream(WebApplication app) => _app = app;

    public ConcurrentQueue<Arrived> Arrivals { get; } = new();

    public string DynamoAnswer { get; set; } = "{}";

    public Uri Url { get; private set; } = new("http://unset");

    public static async Task<FakeUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var fake = new FakeUpstream(app);
        app.Run(fake.HandleAsync);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        fake.Url = new Uri(addresses.Single());
        return fake;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var headers = http.Request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Arrivals.Enqueue(new Arrived(http.Request.Method, target, headers, body.ToArray()));
        if (headers.ContainsKey("X-Amz-Target"))
        {
            http.Response.ContentType = "application/x-amz-json-1.0";
            await http.Response.WriteAsync(DynamoAnswer);
        }
        else if (target.StartsWith("/v2/email/", StringComparison.Ordinal))
        {
            await http.Response.WriteAsync("{\"MessageId\":\"mail-1\"}");
        }
        else
        {
            await ObjectAsync(http, target.Split('?')[0], body.ToArray(), headers);
        }
    }

    private async Task ObjectAsync(HttpContext http, string path, byte[] body, Dictionary<string, string> headers)
    {
        if (http.Request.Method == "PUT")
        {
            _objects[path] = (body, [.. headers.Where(h => h.Key.StartsWith(MetaPrefix, StringComparison.OrdinalIgnoreCase))]);
            http.Response.Headers.ETag = "\"etag\"";
        }
        else if (!_objects.TryGetValue(path, out var found))
        {
            http.Response.StatusCode = http.Request.Method == "DELETE" ? 204 : 404;
        }
        else
        {
            await WriteAsync(http, found.Body, found.Meta);
        }
    }

    private static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> body, KeyValuePair<string, string>[] meta)
    {
        foreach (var (name, value) in meta) { http.Response.Headers[name] = value; }
        if (RangeHeaderValue.TryParse(http.Request.Headers.Range.ToString(), out var range))
        {
            var (from, to) = ((int)range.Ranges.Single().From!, (int)range.Ranges.Single().To!);
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = new ContentRangeHeaderValue(from, to, body.Length).ToString();
            body = body[from..(to + 1)];
        }

        http.Response.ContentLength = body.Length;
        if (http.Request.Method != "HEAD") { await http.Response.Body.WriteAsync(body); }
    }
}
