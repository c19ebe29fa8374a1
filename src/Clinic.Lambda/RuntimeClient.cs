using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Clinic.Lambda;

/// <summary>The calls of the Lambda Runtime API, version 2018-06-01.</summary>
internal sealed class RuntimeClient : IDisposable
{
    private const string Version = "/2018-06-01/runtime/";

    private readonly HttpClient _http;

    public RuntimeClient(string authority) => _http = new HttpClient
    {
        BaseAddress = new Uri($"http://{authority}{Version}"),
        // The call for the next event blocks while nobody calls the function, and while the sandbox is frozen: hours.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public static RuntimeClient FromEnvironment() =>
        Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") is { Length: > 0 } authority
            ? new RuntimeClient(authority)
            : throw new InvalidOperationException("AWS_LAMBDA_RUNTIME_API is not set: this process was not started by Lambda.");

    public async Task<(LambdaInvocation Invocation, ReadOnlyMemory<byte> Payload)> NextAsync(CancellationToken stop)
    {
        using var response = await _http.GetAsync("invocation/next", stop);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new RuntimeApiException($"The Runtime API answered {(int)response.StatusCode} to the call for the next event.");
        }

        var deadline = long.Parse(Header(response, "Lambda-Runtime-Deadline-Ms"), CultureInfo.InvariantCulture);
        var invocation = new LambdaInvocation(
            Header(response, "Lambda-Runtime-Aws-Request-Id"),
            DateTimeOffset.FromUnixTimeMilliseconds(deadline),
            Header(response, "Lambda-Runtime-Invoked-Function-Arn"));
        return (invocation, await response.Content.ReadAsByteArrayAsync(stop));
    }

    /// <summary>False when the answer was too large to be taken; then the invocation is still open.</summary>
    public async Task<bool> RespondAsync(string requestId, ReadOnlyMemory<byte> answer)
    {
        using var content = Json(answer);
        using var response = await _http.PostAsync($"invocation/{requestId}/response", content);
        RequireAlive(response);
        return response.StatusCode != HttpStatusCode.RequestEntityTooLarge;
    }

    /// <summary>The type only: a message may hold health data, and Lambda logs and returns what is posted here.</summary>
    public Task FailAsync(string requestId, string errorType) => PostErrorAsync($"invocation/{requestId}/error", errorType);

    public Task FailInitAsync(string errorType) => PostErrorAsync("init/error", errorType);

    public void Dispose() => _http.Dispose();

    private async Task PostErrorAsync(string path, string errorType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(ErrorJson.Of(errorType)) };
        request.Headers.Add("Lambda-Runtime-Function-Error-Type", errorType);
        using var response = await _http.SendAsync(request);
        RequireAlive(response);
    }

    // Any other refusal (an id that is no longer running, after a timeout) leaves nothing to do but to ask for the next event.
    private static void RequireAlive(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.InternalServerError)
        {
            throw new RuntimeApiException("The Runtime API answered 500: the sandbox cannot be used any more.");
        }
    }

    private static ReadOnlyMemoryContent Json(ReadOnlyMemory<byte> body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    // HttpClient compares header names without case, as the contract asks.
    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
            ? values.First()
            : throw new RuntimeApiException($"The Runtime API sent an event without {name}.");
}
