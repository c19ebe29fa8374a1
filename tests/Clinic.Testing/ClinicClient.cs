using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Clinic.Testing;

/// <summary>One browser: cookies, CSRF token, JSON. Failed expectations show the answer's body.</summary>
/// <param name="api">Where it connects.</param>
/// <param name="site">Where its cookies are at home; https behind a gateway that speaks http on this machine.</param>
public sealed class ClinicClient(Uri api, Uri site) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = api };

    public CookieContainer Cookies { get; } = new();

    public string? CsrfToken { get; set; }

    /// <summary>Another browser at the same address.</summary>
    public ClinicClient Another() => new(api, site);

    public async Task<Answered> Send(
        HttpMethod method, string path, JsonNode? body = null, Action<HttpRequestMessage>? adjust = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            SpokenValues.Hear(body);
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        if (Cookies.GetCookieHeader(site) is { Length: > 0 } cookie)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (CsrfToken is not null && method != HttpMethod.Get)
        {
            request.Headers.Add("X-CSRF-Token", CsrfToken);
        }

        adjust?.Invoke(request);
        using var response = await http.SendAsync(request);
        foreach (var cookieLine in response.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
        {
            Cookies.SetCookies(site, cookieLine);
        }

        var answer = new Answered(
            response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response.Headers, response.Content.Headers);
        Overheard.Answer(path, answer);
        return answer;
    }

    /// <summary>A body that is sent as it stands.</summary>
    public Task<Answered> PostBytes(string path, byte[] body, string contentType, string? idempotencyKey = null) =>
        Send(HttpMethod.Post, path, null, r =>
        {
            r.Content = new ByteArrayContent(body);
            r.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            if (idempotencyKey is not null)
            {
                r.Headers.Add("Idempotency-Key", idempotencyKey);
            }
        });

    public Task<Answered> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Answered> Post(string path, JsonNode? body, string? idempotencyKey = null) =>
        Send(HttpMethod.Post, path, body, r =>
        {
            if (idempotencyKey is not null)
            {
                r.Headers.Add("Idempotency-Key", idempotencyKey);
            }
        });

    public Task<Answered> Put(string path, JsonNode body, string? ifMatch) => Send(HttpMethod.Put, path, body, r =>
    {
        if (ifMatch is not null)
        {
            r.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }
    });

    public Task<Answered> Delete(string path) => Send(HttpMethod.Delete, path);

    public async Task<Answered> SignIn(string email, string password)
    {
        var answer = await Post("/v1/sessions", new JsonObject { ["email"] = email, ["password"] = password });
        if (answer.Status == HttpStatusCode.Created)
        {
            CsrfToken = answer.Json["csrfToken"]!.GetValue<string>();
        }

        return answer;
    }

    public void Dispose() => http.Dispose();
}

/// <summary>An answer, read whole.</summary>
public sealed record Answered(HttpStatusCode Status, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    private const int ShownMax = 2_000;

    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonNode Json => JsonNode.Parse(Bytes) ?? throw new InvalidOperationException("The answer has no JSON.");

    public string? ETag => Headers.TryGetValues("ETag", out var tags) ? tags.Single() : null;

    public string ProblemCode => Json["type"]!.GetValue<string>().Split(':')[^1];

    public Answered Expect(HttpStatusCode status)
    {
        Assert.True(status == Status, $"Expected {(int)status}, got {(int)Status}: {Text[..Math.Min(Text.Length, ShownMax)]}");
        return this;
    }

    public Answered ExpectProblem(HttpStatusCode status, string code)
    {
        Expect(status);
        Assert.Equal("application/problem+json", ContentHeaders.ContentType?.MediaType);
        Assert.Equal(code, ProblemCode);
        return this;
    }
}
