using System.Net;
using System.Net.Sockets;
using System.Text;
using Clinic.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Clinic.LambdaTests;

/// <summary>
/// HTTP to a local API Gateway, its event to the Lambda server, the answer back. The two mappings share nothing, and Kestrel
/// says what is right: the same requests must come out the same.
/// </summary>
public sealed class ThroughTheGateway
{
    private static readonly string[] QueryPieces =
        ["&", "&", "=", "=", "a", "b", "+", "%2B", "%20", "%26", "%3D", "%25", "%2525", "%E0%A4%B2", ";", "%3B", "%00", "/", "?"];

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/octet-stream")]
    public async Task Requests_come_out_as_from_Kestrel(string binaryMediaTypes)
    {
        await using var kestrel = await Kestrel();
        await using var gateway = await Gateway(Echo, new() { BinaryMediaTypes = [binaryMediaTypes] });
        var random = new Random(7);
        foreach (var n in Enumerable.Range(0, 150))
        {
            var query = string.Concat(random.GetItems(QueryPieces, random.Next(0, 9)));
            var text = $"POST /v1/a%2Fb/%252e/c%20d?{query} HTTP/1.0\r\nHost: clinic.example\r\nX-List: a, b\r\nX-List: c\r\n"
                + "Cookie: a=1; b=2\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nContent-Type: "
                + (n % 2 == 0 ? "application/json" : "application/octet-stream");
            byte[] body = n % 2 == 0 ? Encoding.UTF8.GetBytes($"{{\"n\":\"{n} लक्ष्मी\"}}") : [0, 0xFF, 0xC3, (byte)n];
            Assert.Equal(await Ask(new Uri(kestrel.Urls.Single()), text, body), await Ask(gateway.Url, text, body));
        }
    }

    [Fact]
    public async Task Answers_come_out_as_from_Kestrel()
    {
        await using var kestrel = await Kestrel();
        await using var gateway = await Gateway(Echo, new());
        foreach (var method in new[] { "GET", "HEAD", "DELETE" })
        {
            foreach (var path in new[] { "/binary", "/none", "/cookies", "/empty" })
            {
                var text = $"{method} {path} HTTP/1.0\r\nHost: h";
                Assert.Equal(await Ask(new Uri(kestrel.Urls.Single()), text, []), await Ask(gateway.Url, text, []));
            }
        }
    }

    [Fact]
    public async Task A_client_cannot_say_where_it_comes_from()
    {
        await using var gateway = await Gateway(
            http => http.Response.WriteAsync($"{http.Connection.RemoteIpAddress} {http.Request.Scheme}"), new());
        var answer = await Ask(
            gateway.Url,
            "GET / HTTP/1.0\r\nHost: h\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: http\r\nForwarded: for=192.0.2.1", []);
        Assert.EndsWith("127.0.0.1 https", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_is_502_and_the_next_request_is_served()
    {
        await using var gateway = await Gateway(
            http => http.Request.Path.Value switch
            {
                "/throws" => throw new InvalidOperationException(),
                "/large" => http.Response.WriteAsync(new string('x', RestGateway.PayloadBytesMax)),
                _ => http.Response.WriteAsync("ok"),
            },
            new());
        using var http = new HttpClient { BaseAddress = gateway.Url };
        foreach (var path in new[] { "/throws", "/large" })
        {
            using var failed = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadGateway, failed.StatusCode);
            Assert.Equal("""{"message": "Internal server error"}""", await failed.Content.ReadAsStringAsync());
            Assert.Equal("ok", await http.GetStringAsync(new Uri("/", UriKind.Relative)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"statusCode":"200"}""")]
    [InlineData("""{"statusCode":99}""")]
    [InlineData("""{"statusCode":200,"body":{}}""")]
    [InlineData("""{"statusCode":200,"extra":1}""")]
    [InlineData("""{"statusCode":200,"multiValueHeaders":[]}""")]
    [InlineData("""{"statusCode":200,"headers":{"a":"b\r\nc: d"}}""")]
    [InlineData("""{"statusCode":200,"body":"!","isBase64Encoded":true}""")]
    [InlineData("""{"batchItemFailures":[]}""")]
    public async Task A_malformed_answer_is_502(string answer)
    {
        await using var gateway = await RestGateway.StartAsync(
            _ => Task.FromResult<ISandbox>(new Canned(() => Task.FromResult(answer))), new());
        using var http = new HttpClient();
        using var response = await http.GetAsync(gateway.Url);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task More_than_a_gateway_or_a_function_takes_is_413()
    {
        await using var gateway = await Gateway(http => http.Response.WriteAsync("ok"), new());
        using var http = new HttpClient();
        foreach (var (length, status) in new[]
        {
            (4_000_000, HttpStatusCode.OK),
            (6_000_000, HttpStatusCode.RequestEntityTooLarge),
            (RestGateway.BodyBytesMax + 1, HttpStatusCode.RequestEntityTooLarge),
        })
        {
            using var content = new ByteArrayContent(new byte[length]);
            using var response = await http.PostAsync(gateway.Url, content);
            Assert.Equal(status, response.StatusCode);
        }
    }

    [Fact]
    public async Task What_takes_too_long_is_504_and_keeps_its_sandbox_until_it_ends()
    {
        var go = new TaskCompletionSource<string>();
        var started = 0;
        await using var gateway = await RestGateway.StartAsync(
            _ => Task.FromResult<ISandbox>(Interlocked.Increment(ref started) == 1
                ? new Canned(() => go.Task)
                : new Canned(() => Task.FromResult("""{"statusCode":200,"body":"second"}"""))),
            new() { AnswerWithin = TimeSpan.FromMilliseconds(200) });
        using var http = new HttpClient();
        using var late = await http.GetAsync(gateway.Url);
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Equal("second", await http.GetStringAsync(gateway.Url));
        go.SetResult("""{"statusCode":200}""");
        Assert.Equal(2, started);
    }

    [Fact]
    public async Task Calls_at_once_get_a_sandbox_each_and_calls_in_a_row_the_same_one()
    {
        var started = 0;
        var barrier = new TaskCompletionSource<string>();
        await using var gateway = await RestGateway.StartAsync(
            _ =>
            {
                started++;
                var calls = 0;
                return Task.FromResult<ISandbox>(new Canned(() => calls++ == 0
                    ? barrier.Task : Task.FromResult("""{"statusCode":200}""")));
            },
            new() { SandboxesMax = 3 });
        using var http = new HttpClient();
        var all = Enumerable.Range(0, 5).Select(_ => http.GetAsync(gateway.Url)).ToList();
        await Soon(() => Volatile.Read(ref started) == 3);
        barrier.SetResult("""{"statusCode":200}""");
        await Task.WhenAll(all);
        for (var i = 0; i < 5; i++)
        {
            await http.GetAsync(gateway.Url);
        }

        Assert.Equal(3, started);
    }

    /// <summary>What an application sees of a request; some paths are answers of a special kind.</summary>
    private static async Task Echo(HttpContext http)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        switch (http.Request.Path.Value)
        {
            case "/binary":
                http.Response.ContentType = "application/octet-stream";
                await http.Response.Body.WriteAsync(new byte[] { 0, 255, 195, 40 });
                return;
            case "/none":
                http.Response.ContentType = null;
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            case "/cookies":
                http.Response.Headers.SetCookie = new(["a=1; Expires=Wed, 25 Nov 2026 06:30:00 GMT", "b=2"]);
                http.Response.Headers.Append("Vary", "Origin, Accept");
                await http.Response.WriteAsync("ल");
                return;
            case "/empty":
                return;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers.Where(h => h.Key is "Host" or "X-List" or "Cookie" or "Content-Type" or "Content-Length")
            .OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}={string.Join('|', h.Value.ToArray())}");

        // A map keeps no order of different names.
        var query = http.Request.Query.OrderBy(q => q.Key, StringComparer.Ordinal)
            .Select(q => $"{q.Key}={string.Join('|', q.Value.ToArray())}");
        await http.Response.WriteAsync(string.Join('\n', [http.Request.Method, http.Request.Path.Value, .. query, .. headers,
            Convert.ToHexString(body.ToArray())]));
    }

    private static async Task<WebApplication> Kestrel()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        var app = builder.Build();
        app.Run(Echo);
        await app.StartAsync();
        return app;
    }

    private static Task<RestGateway> Gateway(RequestDelegate handle, RestGatewayOptions options) =>
        RestGateway.StartAsync(async _ => await WebSandbox.StartAsync(handle), options);

    /// <summary>Status, the headers that an application decides, and the body as hexadecimal where it is not text.</summary>
    private static async Task<string> Ask(Uri address, string head, byte[] body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        await using var stream = client.GetStream();
        var length = body.Length > 0 ? $"\r\nContent-Length: {body.Length}" : "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}{length}\r\n\r\n"));
        await stream.WriteAsync(body);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        var parts = Encoding.Latin1.GetString(answer.ToArray()).Split("\r\n\r\n", 2);
        var lines = parts[0].Split("\r\n");
        var kept = lines[1..].Where(l => l.Split(':')[0].ToLowerInvariant() is "content-type" or "set-cookie" or "vary" or "location");
        return string.Join('\n', [lines[0].Split(' ')[1], .. kept.Order(StringComparer.Ordinal),
            Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(parts[1]))]);
    }

    private static async Task Soon(Func<bool> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < 2000 && !holds(); i++)
        {
            await timer.WaitForNextTickAsync();
        }

        Assert.True(holds());
    }

    private sealed class Canned(Func<Task<string>> answer) : ISandbox
    {
        public async Task<ReadOnlyMemory<byte>> InvokeAsync(ReadOnlyMemory<byte> payload) =>
            Encoding.UTF8.GetBytes(await answer());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
