using System.Net;
using System.Security.Cryptography;
using System.Text;
using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Xunit;

namespace Clinic.GateTests.Gate;

/// <summary>Who may invoke a function, and what comes back (Lambda API, Invoke).</summary>
public sealed class LambdaGateTests
{
    private const string Function = "clinic-local-thumbnails";
    private const string Live = "Qualifier=live";
    private static readonly string Documents = RoleNames.Worker("documents");

    private readonly List<string> invoked = [];

    [Fact]
    public async Task The_worker_of_documents_may_invoke_the_alias_and_gets_the_answer()
    {
        await using var harness = await Start();

        var answer = await Send(harness, Documents, Function, Live);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"said":"{}"}""", await answer.Content.ReadAsStringAsync());
        Assert.False(answer.Headers.Contains("X-Amz-Function-Error"));
        var request = harness.Decisions.Single().Call.Requests.Single();
        Assert.Equal(
            ("lambda:InvokeFunction", "arn:aws:lambda:ap-south-1:000000000000:function:clinic-local-thumbnails:live"),
            (request.Action, request.Resource));
    }

    [Theory]
    [InlineData("ApiBase", Function, Live)]
    [InlineData("Worker-imports", Function, Live)]
    [InlineData("Worker-retention", Function, Live)]
    [InlineData("Thumbnails", Function, Live)]
    [InlineData("Worker-documents", Function, "")]
    [InlineData("Worker-documents", Function, "Qualifier=1")]
    [InlineData("Worker-documents", "clinic-local-restorer", Live)]
    [InlineData("Worker-documents", "clinic-local-thumbnails2", Live)]
    [InlineData("Worker-documents", Function + "/live", Live)]
    public async Task Nobody_else_may_and_nothing_else(string role, string function, string query)
    {
        await using var harness = await Start();

        var answer = await Send(harness, role, function, query);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("AccessDenied", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(invoked);
    }

    [Fact]
    public async Task An_invocation_that_somebody_else_signed_is_refused()
    {
        await using var harness = await Start();

        var answer = await Send(harness, Documents, Function, Live, secret: LocalPrincipals.SecretKey("ApiBase"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(invoked);
    }

    [Fact]
    public async Task A_function_that_failed_is_an_answer_with_a_mark()
    {
        await using var harness = await GateHarness.StartAsync(o => o with
        {
            Functions = (_, _) => Task.FromException<ReadOnlyMemory<byte>>(new FunctionFailedException("Runtime.ExitError")),
        });

        var answer = await Send(harness, Documents, Function, Live);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Unhandled", answer.Headers.GetValues("X-Amz-Function-Error").Single());
    }

    [Fact]
    public async Task A_function_that_is_not_there_is_not_found()
    {
        await using var harness = await GateHarness.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await Send(harness, Documents, Function, Live)).StatusCode);
    }

    private Task<GateHarness> Start() => GateHarness.StartAsync(o => o with
    {
        Functions = (name, payload) =>
        {
            invoked.Add(name);
            ReadOnlyMemory<byte> said = Encoding.UTF8.GetBytes($$"""{"said":"{{Encoding.UTF8.GetString(payload.Span)}}"}""");
            return Task.FromResult(said);
        },
    });

    /// <summary>Signed by hand: a second reading of the signature's rules beside the worker's own.</summary>
    private static async Task<HttpResponseMessage> Send(
        GateHarness harness, string role, string function, string query, string? secret = null)
    {
        const string date = "20260101", stamp = "20260101T000000Z";
        var path = $"/2015-03-31/functions/{function}/invocations";
        var host = harness.Gate.Url.Authority;
        var hash = Hex(SHA256.HashData("{}"u8));
        var canonical = $"POST\n{path}\n{query}\nhost:{host}\nx-amz-date:{stamp}\n\nhost;x-amz-date\n{hash}";
        var scope = $"{date}/ap-south-1/lambda/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + (secret ?? LocalPrincipals.SecretKey(role)));
        foreach (var part in scope.Split('/')) { key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)); }
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(harness.Gate.Url, query.Length > 0 ? $"{path}?{query}" : path));
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", stamp);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={LocalPrincipals.AccessKey(role)}/{scope}, SignedHeaders=host;x-amz-date, "
                + $"Signature={signature}");
        return await http.SendAsync(request);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
