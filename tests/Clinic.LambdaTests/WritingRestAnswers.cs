using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Lambda;
using Microsoft.Extensions.Primitives;

namespace Clinic.LambdaTests;

/// <summary>The mapping from a response to an answer.</summary>
public sealed class WritingRestAnswers
{
    [Theory]
    [InlineData("application/json")]
    [InlineData("application/problem+json; charset=utf-8")]
    [InlineData("text/html;charset=UTF-8")]
    [InlineData("image/svg+xml")]
    [InlineData("text/javascript")]
    public async Task Text_goes_out_as_text(string contentType)
    {
        const string Text = "{\"name\":\"लक्ष्मी \\\"Iyer\\\"\"}\n\u0001<&'\u2028😀";
        var answer = await Answer("GET", 200, Encoding.UTF8.GetBytes(Text), ("Content-Type", contentType));
        Assert.False(answer["isBase64Encoded"]!.GetValue<bool>());
        Assert.Equal(Text, answer["body"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/octet-stream", null)]
    [InlineData("image/png", null)]
    [InlineData(null, null)]
    [InlineData("text/plain; charset=iso-8859-1", null)]
    [InlineData("application/json", "gzip")]
    [InlineData("application/json", null)]
    public async Task Anything_else_goes_out_as_base64(string? contentType, string? encoding)
    {
        byte[] bytes = [0, 1, 0xC3, 0x28, 0xFF, 10];
        var answer = await Answer("GET", 200, bytes, ("Content-Type", contentType), ("Content-Encoding", encoding));
        Assert.True(answer["isBase64Encoded"]!.GetValue<bool>());
        Assert.Equal(bytes, Convert.FromBase64String(answer["body"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Every_cookie_and_every_value_is_kept_as_it_is()
    {
        var answer = await Answer("GET", 200, [],
            ("Set-Cookie", new StringValues(["a=1; Expires=Wed, 25 Nov 2026 06:30:00 GMT; Path=/", "b=2"])),
            ("Vary", "Origin, Accept"), ("X-Latin", "café"));
        var headers = answer["multiValueHeaders"]!;
        Assert.Equal(["a=1; Expires=Wed, 25 Nov 2026 06:30:00 GMT; Path=/", "b=2"], Values(headers["Set-Cookie"]!));
        Assert.Equal(["Origin, Accept"], Values(headers["Vary"]!));
        Assert.Equal(["café"], Values(headers["X-Latin"]!));
        Assert.Null(answer["headers"]);
    }

    [Fact]
    public async Task Headers_of_one_hop_and_the_length_are_dropped()
    {
        var answer = await Answer("GET", 200, "abc"u8.ToArray(),
            ("Connection", "close, X-Named"), ("Transfer-Encoding", "chunked"), ("keep-alive", "5"), ("X-Named", "1"),
            ("Content-Length", "3"), ("Content-Type", "text/plain"), ("X-Kept", "1"));
        Assert.Equal(["Content-Type", "X-Kept"], answer["multiValueHeaders"]!.AsObject().Select(h => h.Key).Order());
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    [InlineData("DELETE", 204)]
    public async Task Some_answers_have_no_body(string method, int status)
    {
        var answer = await Answer(method, status, "must not go out"u8.ToArray(), ("Content-Type", "text/plain"));
        Assert.Equal("", answer["body"]!.GetValue<string>());
        Assert.False(answer["isBase64Encoded"]!.GetValue<bool>());
        Assert.Equal(status, answer["statusCode"]!.GetValue<int>());
    }

    [Fact]
    public Task A_body_of_another_length_than_announced_is_a_bug() => Assert.ThrowsAsync<InvalidOperationException>(
        () => Answer("GET", 200, "abc"u8.ToArray(), ("Content-Length", "4")));

    private static IEnumerable<string> Values(JsonNode list) => list.AsArray().Select(v => v!.GetValue<string>());

    private static async Task<JsonNode> Answer(
        string method, int status, byte[] body, params (string Name, StringValues Value)[] headers)
    {
        var response = new RestResponse(new ArrayBufferWriter<byte>()) { StatusCode = status };
        foreach (var (name, value) in headers.Where(h => h.Value.Count > 0))
        {
            response.Headers[name] = value;
        }

        await response.Body.WriteAsync(body);
        var answer = new ArrayBufferWriter<byte>();
        RestAnswer.Write(response, method, answer);
        return JsonNode.Parse(answer.WrittenSpan)!;
    }
}
