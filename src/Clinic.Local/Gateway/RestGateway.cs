using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clinic.Local;

/// <summary>What an API Gateway of the REST kind is set to.</summary>
public sealed record RestGatewayOptions
{
    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    public string Stage { get; init; } = "local";

    public int SandboxesMax { get; init; } = 8;

    /// <summary>The gateway's own limit; longer work is answered 202 by design.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(29);

    /// <summary>
    /// Bodies of these types come and go as base64. With anything less than everything, the gateway reads the others as text,
    /// and what is not UTF-8 in them is lost.
    /// </summary>
    public IReadOnlyList<string> BinaryMediaTypes { get; init; } = ["*/*"];

    internal bool IsBinary(string? contentType) =>
        BinaryMediaTypes.Contains("*/*")
        || (contentType is not null && BinaryMediaTypes.Contains(contentType.Split(';')[0].Trim().ToLowerInvariant()));
}

/// <summary>
/// API Gateway's REST API with one Lambda proxy integration, on this machine: makes an event of each HTTP request, gives it to
/// a sandbox, makes the HTTP answer of the function's. Its mapping is written from the gateway's documentation and shares
/// nothing with the function's own, so that each finds the other's mistakes.
/// </summary>
public sealed class RestGateway : IAsyncDisposable
{
    /// <summary>Request payload of a REST API.</summary>
    public const int BodyBytesMax = 10 * 1024 * 1024;

    /// <summary>Payload of a synchronous invocation, event and answer alike.</summary>
    public const int PayloadBytesMax = RuntimeApi.ResponseBytesMax;

    private readonly RestGatewayOptions _options;
    private readonly SandboxPool _pool;
    private readonly WebApplication _server;

    private RestGateway(RestGatewayOptions options, Func<CancellationToken, Task<ISandbox>> start)
    {
        _options = options;
        _pool = new SandboxPool(start, options.SandboxesMax);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(
            string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Port}"));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    public Uri Url => new(_server.Urls.Single());

    /// <param name="start">Starts one more sandbox; called for the first one before this returns.</param>
    public static async Task<RestGateway> StartAsync(
        Func<CancellationToken, Task<ISandbox>> start, RestGatewayOptions options, CancellationToken ct = default)
    {
        var gateway = new RestGateway(options, start);
        await gateway._pool.WarmAsync(ct);
        await gateway._server.StartAsync(ct);
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _pool.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        http.Response.Headers["x-amzn-RequestId"] = id.ToString();
        if (http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget is not ['/', ..])
        {
            await RefuseAsync(http, HttpStatusCode.BadRequest, "Bad Request");
        }
        else if (await ReadAsync(http.Request) is not { } body)
        {
            await RefuseAsync(http, HttpStatusCode.RequestEntityTooLarge, "Request Too Long");
        }
        else if (GatewayEvent.From(http, body, id, _options) is not { Length: <= PayloadBytesMax } payload)
        {
            await RefuseAsync(http, HttpStatusCode.RequestEntityTooLarge, "Request Too Long");
        }
        else
        {
            await InvokeAsync(http, payload);
        }
    }

    private async Task InvokeAsync(HttpContext http, ReadOnlyMemory<byte> payload)
    {
        var invocation = _pool.InvokeAsync(payload);
        using var enough = new CancellationTokenSource();
        var late = Task.Delay(_options.AnswerWithin, enough.Token);
        if (await Task.WhenAny(invocation, late) == late)
        {
            // The function works on, and keeps its sandbox until it ends; nobody hears its answer.
            await RefuseAsync(http, HttpStatusCode.GatewayTimeout, "Endpoint request timed out");
            return;
        }

        await enough.CancelAsync();
        if (invocation.IsCompletedSuccessfully && GatewayAnswer.Read(await invocation, _options) is { } answer)
        {
            await answer.WriteAsync(http);
        }
        else
        {
            await RefuseAsync(http, HttpStatusCode.BadGateway, "Internal server error");
        }
    }

    private static Task RefuseAsync(HttpContext http, HttpStatusCode status, string message)
    {
        http.Response.StatusCode = (int)status;
        http.Response.ContentType = "application/json";
        return http.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($$"""{"message": "{{message}}"}""")).AsTask();
    }

    /// <summary>Null when it is more than the gateway takes; then the rest is not read.</summary>
    private static async Task<byte[]?> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > BodyBytesMax)
        {
            return null;
        }

        using var body = new MemoryStream();
        var chunk = new byte[81_920];
        while (await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted) is var read and > 0)
        {
            if (body.Length + read > BodyBytesMax)
            {
                return null;
            }

            body.Write(chunk, 0, read);
        }

        return body.ToArray();
    }
}
