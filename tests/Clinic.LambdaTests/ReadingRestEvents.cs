using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Lambda;
using Microsoft.AspNetCore.Http;

namespace Clinic.LambdaTests;

/// <summary>The mapping from an event to a request.</summary>
public sealed class ReadingRestEvents
{
    [Fact]
    public async Task A_body_of_text_arrives_byte_for_byte()
    {
        var request = RestEventReader.Read(Events.Bytes("rest/post-json"));
        Assert.Equal(("POST", "/v1/patients/search", "https"), (request.Method, request.Path, request.Scheme));
        Assert.Equal("{\"name\":\"लक्ष्मी Iyer\"}", Encoding.UTF8.GetString(await Body(request)));
        Assert.True(request.CanHaveBody);

        // The header said 44 of something that has more bytes: what counts is what arrived.
        Assert.Equal((await Body(RestEventReader.Read(Events.Bytes("rest/post-json")))).Length, request.Headers.ContentLength);
    }

    [Fact]
    public async Task A_body_of_base64_arrives_decoded()
    {
        var request = RestEventReader.Read(Events.Bytes("rest/post-base64"));
        Assert.Equal([0, 1, 2, 3, 4, 255, 128, 128, 129, 254, 127], await Body(request));
        Assert.Equal(11, request.Headers.ContentLength);
    }

    [Fact]
    public void The_path_is_decoded_once_and_the_query_encoded_again()
    {
        var request = RestEventReader.Read(Events.Bytes("rest/get-encoded"));
        Assert.Equal("/v1/patients/a%2Fb c/%2e%2e//x;y/ल", request.Path);
        Assert.Equal(
            "?q=a%20b&q=c%2Bd&q=e%26f%3Dg&q=%252e&na%20me=&semi%3Bcolon=1%3B2&%E0%A4%A8=%E0%A4%B2%E0%A4%95", request.QueryString);
        Assert.Equal("/v1/patients/a%2Fb%20c/%252e%252e//x%3By/%E0%A4%B2" + request.QueryString, request.RawTarget);

        var query = new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(request.QueryString));
        Assert.Equal(["a b", "c+d", "e&f=g", "%2e"], query["q"].AsEnumerable());
        Assert.Equal("1;2", query["semi;colon"]);
        Assert.Equal("", query["na me"]);
        Assert.Equal("लक", query["न"]);
    }

    [Theory]
    [InlineData("/%00", null)]
    [InlineData("/a%2fb", "/a%2fb")]
    [InlineData("/a+b", "/a+b")]
    [InlineData("/a%2Bb", "/a+b")]
    [InlineData("/%25252e", "/%252e")]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/%2e%2E/b", "/b")]
    [InlineData("/a/%252e%252e/b", "/a/%2e%2e/b")]
    [InlineData("/%FF", "/%FF")]
    [InlineData("//host/a", "//host/a")]
    [InlineData("/..", "/")]
    [InlineData("/a/.", "/a/")]
    public void Paths(string path, string? expected)
    {
        var request = RestEventReader.Read(Events.Rest(e => e["path"] = path));
        Assert.Equal(expected is null, request.IsBad);
        Assert.Equal(expected ?? path, request.Path);
        Assert.Equal(path, request.RawTarget);
    }

    [Theory]
    [InlineData("/v1/x", "/v1/x", "live", "", "/v1/x")]
    [InlineData("/v1/x", "/live/v1/x", "live", "/live", "/v1/x")]
    [InlineData("/", "/live", "live", "/live", "/")]
    [InlineData("/live/v1/x", "/live/v1/x", "live", "/live", "/v1/x")]
    [InlineData("/live", "/live", "live", "/live", "/")]
    [InlineData("/lively/v1/x", "/lively/v1/x", "live", "", "/lively/v1/x")]
    [InlineData("/v1/live/x", "/v1/live/x", "live", "", "/v1/live/x")]
    [InlineData("/live/x", null, "live", "", "/live/x")]
    [InlineData("/live/x", "/live/x", null, "", "/live/x")]
    [InlineData("/v1/x", "/live/v1/other", "live", "", "/v1/x")]
    public void A_stage_is_taken_off_as_a_whole_segment_or_not_at_all(
        string path, string? contextPath, string? stage, string pathBase, string expected)
    {
        var request = RestEventReader.Read(Events.Rest(e =>
        {
            e["path"] = path;
            e.Context()["path"] = contextPath;
            e.Context()["stage"] = stage;
        }));
        Assert.Equal((pathBase, expected), (request.PathBase, request.Path));
        Assert.Equal(expected, request.RawTarget);
    }

    [Fact]
    public void Who_calls_is_what_the_gateway_saw_never_what_the_client_says()
    {
        var request = RestEventReader.Read(Events.Bytes("rest/post-json"));
        Assert.Equal("198.51.100.7, 203.0.113.24", request.Headers["X-Forwarded-For"]);
        Assert.Equal(IPAddress.Parse("203.0.113.24"), request.RemoteIpAddress);
        Assert.Equal("5f3c0b1e-8f0a-4c55-9a1d-6f2f0e1c7d42", request.TraceIdentifier);
        Assert.Equal("api.clinic.example", request.Headers.Host);

        var spoofed = RestEventReader.Read(Events.Rest(e =>
        {
            e["multiValueHeaders"]!["X-Forwarded-Proto"] = Events.List("http");
            e["multiValueHeaders"]!["X-Real-IP"] = Events.List("192.0.2.1");
            e["multiValueHeaders"]!["X-Amzn-Request-Context"] = Events.List("""{"identity":{"sourceIp":"192.0.2.1"}}""");
        }));
        Assert.Equal("https", spoofed.Scheme);
        Assert.Equal(IPAddress.Parse("2001:db8:85a3::8a2e:370:7334"), spoofed.RemoteIpAddress);
    }

    [Fact]
    public void Each_value_of_a_header_stays_one_value()
    {
        var request = RestEventReader.Read(Events.Bytes("rest/get-encoded"));
        Assert.Equal(["text/html", "application/json;q=0.9, */*;q=0.1"], request.Headers.Accept.AsEnumerable());
        var dates = RestEventReader.Read(Events.Rest(e =>
        {
            e["multiValueHeaders"]!["x-when"] = Events.List("Wed, 25 Nov 2026", "b");
            e["multiValueHeaders"]!["X-When"] = Events.List("c");
        }));
        Assert.Equal(["Wed, 25 Nov 2026", "b", "c"], dates.Headers["X-When"].AsEnumerable());
    }

    [Fact]
    public void Headers_of_one_hop_are_dropped()
    {
        var request = RestEventReader.Read(Events.Rest(e =>
        {
            foreach (var name in new[] { "Keep-Alive", "transfer-encoding", "TE", "Trailer", "upgrade", "Proxy-Authorization",
                "X-Named", "X-Kept" })
            {
                e["multiValueHeaders"]![name] = Events.List("v");
            }

            e["multiValueHeaders"]!["connection"] = Events.List("close, x-named");
        }));
        Assert.Equal(
            ["Host", "User-Agent", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Kept"],
            request.Headers.Keys.Order());
    }

    [Fact]
    public async Task What_is_null_or_missing_is_empty()
    {
        foreach (var json in new[] { Events.Bytes("rest/bare"), """{"path":"/health","httpMethod":"GET"}"""u8.ToArray() })
        {
            var request = RestEventReader.Read(json);
            Assert.Equal(("GET", "/health", "", "HTTP/1.1"),
                (request.Method, request.Path, request.QueryString, request.Protocol));
            Assert.Empty(request.Headers);
            Assert.False(request.CanHaveBody);
            Assert.Empty(await Body(request));
            Assert.Null(request.RemoteIpAddress);
        }

        Assert.False(RestEventReader.Read(Events.Rest(e => e["body"] = "")).CanHaveBody);
    }

    [Fact]
    public void Maps_of_single_values_count_where_there_are_no_others()
    {
        var request = RestEventReader.Read("""
            {"queryStringParameters":{"a":"1"},"headers":{"Accept":"x"},"path":"/","httpMethod":"GET",
             "multiValueHeaders":null,"multiValueQueryStringParameters":{}}
            """u8);
        Assert.Equal("?a=1", request.QueryString);
        Assert.Equal("x", request.Headers.Accept);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"path":"/","httpMethod":"GET"}{"path":"/","httpMethod":"GET"}""")]
    [InlineData("""{"path":"/"}""")]
    [InlineData("""{"httpMethod":"GET"}""")]
    [InlineData("""{"path":"relative","httpMethod":"GET"}""")]
    [InlineData("""{"path":7,"httpMethod":"GET"}""")]
    [InlineData("""{"path":"/","httpMethod":"GET","headers":[]}""")]
    [InlineData("""{"path":"/","httpMethod":"GET","multiValueHeaders":{"a":[{}]}}""")]
    [InlineData("""{"path":"/","httpMethod":"GET","multiValueQueryStringParameters":{"a":[1]}}""")]
    [InlineData("""{"path":"/","httpMethod":"GET","requestContext":[]}""")]
    [InlineData("""{"path":"/","httpMethod":"GET","requestContext":{"identity":"x"}}""")]
    [InlineData("""{"path":"/","httpMethod":"GET","body":{}}""")]
    [InlineData("""{"path":"/","httpMethod":"GET","body":"!","isBase64Encoded":true}""")]
    [InlineData("""{"path":"/","httpMethod":"GET","body":"\ud800"}""")]
    [InlineData("""{"Records":[{"messageId":"1","body":"{}"}]}""")]
    public void What_is_no_event_throws_without_quoting_it(string json)
    {
        var failure = Assert.ThrowsAny<Exception>(() => RestEventReader.Read(Encoding.UTF8.GetBytes(json)));
        Assert.True(failure is RestEventException or JsonException or InvalidOperationException, failure.GetType().Name);
    }

    private static async Task<byte[]> Body(RestRequest request)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer);
        return buffer.ToArray();
    }
}
