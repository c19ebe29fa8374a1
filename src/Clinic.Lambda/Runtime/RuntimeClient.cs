using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Clinic.Lambda;

/// <summary>
/// The calls of the Lambda Runtime API, version 2018-06-01, over one connection that is kept: one call follows another.
/// </summary>
internal sealed class RuntimeClient : IDisposable
{
    private const string Version = "/2018-06-01/runtime/";
    private const string TraceVariable = "_X_AMZN_TRACE_ID";

    /// <summary>An event of this size or less is read into memory that is used again; larger ones are rare.</summary>
    private const int KeptBytesMax = 1024 * 1024;

    // No client around the handler: it would link a token and start a timer for a call that may block for hours, while nobody
    // calls the function and while the sandbox is frozen.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = 1,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        MaxResponseHeadersLength = 64,
    });

    private readonly string _base;
    private readonly Uri _next;
    private byte[] _buffer = new byte[64 * 1024];

    /// <param name="authority">Host and port.</param>
    public RuntimeClient(string authority)
    {
        _base = $"http://{authority}{Version}";
        _next = new Uri(_base + "invocation/next");
    }

    /// <summary>Waits for the next event, however long. Its memory is overwritten by the next call.</summary>
    public async Task<(LambdaInvocation Invocation, ReadOnlyMemory<byte> Payload)> NextAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _next);
        using var response = await _http.SendAsync(request, stop);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new RuntimeApiException($"The Runtime API answered {(int)response.StatusCode} to the call for the next event.");
        }

        var deadline = long.Parse(Header(response, "Lambda-Runtime-Deadline-Ms"), CultureInfo.InvariantCulture);
        var invocation = new LambdaInvocation(
            Header(response, "Lambda-Runtime-Aws-Request-Id"),
            DateTimeOffset.FromUnixTimeMilliseconds(deadline),
            Header(response, "Lambda-Runtime-Invoked-Function-Arn"));
        if (response.Headers.TryGetValues("Lambda-Runtime-Trace-Id", out var trace))
        {
            // Where the SDK looks for it; it also lets Lambda notice a function that calls itself in a circle.
            Environment.SetEnvironmentVariable(TraceVariable, trace.First());
        }

        return (invocation, await ReadAsync(response.Content, stop));
    }

    /// <summary>False when the answer was too large to be taken; then the invocation is still open.</summary>
    public async Task<bool> RespondAsync(string requestId, ReadOnlyMemory<byte> answer) =>
        await PostAsync($"invocation/{requestId}/response", answer, errorType: null) != HttpStatusCode.RequestEntityTooLarge;

    /// <summary>The type only: a message may hold health data, and Lambda logs and returns what is posted here.</summary>
    public Task FailAsync(string requestId, string errorType) =>
        PostAsync($"invocation/{requestId}/error", ErrorJson.Of(errorType), errorType);

    public Task FailInitAsync(string errorType) => PostAsync("init/error", ErrorJson.Of(errorType), errorType);

    public void Dispose() => _http.Dispose();

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken stop)
    {
        if (_buffer.Length > KeptBytesMax)
        {
            _buffer = new byte[KeptBytesMax];
        }

        await using var stream = await content.ReadAsStreamAsync(stop);
        var length = 0;
        while (await stream.ReadAsync(_buffer.AsMemory(length), stop) is var read and > 0)
        {
            length += read;
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, length * 2);
            }
        }

        return _buffer.AsMemory(0, length);
    }

    private async Task<HttpStatusCode> PostAsync(string path, ReadOnlyMemory<byte> body, string? errorType)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = JsonType;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_base + path)) { Content = content };
        if (errorType is not null)
        {
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", errorType);
        }

        using var response = await _http.SendAsync(request, CancellationToken.None);

        // Read to its end, so that the connection is free for the next call.
        await response.Content.CopyToAsync(Stream.Null);
        // Any other refusal (an id that is no longer running, after a timeout) leaves nothing to do but to ask for the next event.
        return response.StatusCode == HttpStatusCode.InternalServerError
            ? throw new RuntimeApiException("The Runtime API answered 500: the sandbox cannot be used any more.")
            : response.StatusCode;
    }

    private static MediaTypeHeaderValue JsonType { get; } = new("application/json");

    // Header names are compared without case, as the contract asks.
    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
            ? values.First()
            : throw new RuntimeApiException($"The Runtime API sent an event without {name}.");
}
