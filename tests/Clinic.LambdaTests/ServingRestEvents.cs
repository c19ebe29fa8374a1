using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Clinic.Lambda;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Clinic.LambdaTests;

/// <summary>An ASP.NET Core application on the Lambda server, over real HTTP to a Runtime API.</summary>
public sealed class ServingRestEvents
{
    private const string Secret = "diagnosis-of-a-patient";

    [Fact]
    public async Task A_request_passes_through_the_whole_pipeline()
    {
        await using var app = await TestApp.StartAsync(async http =>
        {
            using var body = new StreamReader(http.Request.Body);
            http.Response.StatusCode = StatusCodes.Status201Created;
            http.Response.Cookies.Append("a", "1");
            http.Response.Cookies.Append("b", "2");
            http.Response.Headers.Location = "/v1/x";
            await http.Response.WriteAsJsonAsync(JsonValue.Create(await body.ReadToEndAsync()), TestJson.Default.JsonValue);
        });
        var answer = await app.Ask(Events.Bytes("rest/post-json"));
        Assert.Equal(201, answer["statusCode"]!.GetValue<int>());
        Assert.Equal("{\"name\":\"लक्ष्मी Iyer\"}", JsonNode.Parse(answer["body"]!.GetValue<string>())!.GetValue<string>());
        Assert.Equal(["a=1; path=/", "b=2; path=/"],
            answer["multiValueHeaders"]!["Set-Cookie"]!.AsArray().Select(c => c!.GetValue<string>()));
        Assert.Equal("/v1/x", answer["multiValueHeaders"]!["Location"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task The_application_sees_what_the_gateway_says()
    {
        await using var app = await TestApp.StartAsync(http => http.Response.WriteAsync(string.Join('\n',
            http.Request.Scheme, http.Request.Host, http.Request.Path, http.Request.QueryString,
            http.Connection.RemoteIpAddress, http.TraceIdentifier, http.Request.Cookies["theme"],
            http.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody)));
        var answer = await app.Ask(Events.Bytes("rest/post-json"));
        Assert.Equal(
            "https\napi.clinic.example\n/v1/patients/search\n\n203.0.113.24\n5f3c0b1e-8f0a-4c55-9a1d-6f2f0e1c7d42\ndark\nTrue",
            Decoded(answer));

        // Without an id of the gateway's, the invocation's own.
        Assert.Equal("https\n\n/health\n\n\nid2\n\nFalse", Decoded(await app.Ask(Events.Bytes("rest/bare"))));
    }

    [Fact]
    public async Task A_bug_is_reported_by_its_type_and_the_next_event_is_served()
    {
        var log = new ListLog();
        await using var app = await TestApp.StartAsync(
            http => http.Request.Path == "/health" ? Task.CompletedTask : throw new InvalidTimeZoneException(Secret), log: log);
        var posted = await app.Send(Events.Bytes("rest/post-json"));
        Assert.Equal(("invocation/id1/error", nameof(InvalidTimeZoneException)), (posted.Path, posted.ErrorType));
        Assert.Equal("""{"errorType":"InvalidTimeZoneException","errorMessage":"InvalidTimeZoneException","stackTrace":[]}""",
            Encoding.UTF8.GetString(posted.Body));
        Assert.Equal(200, (await app.Ask(Events.Bytes("rest/head")))["statusCode"]!.GetValue<int>());
        Assert.Contains(log.Lines, l => l.Contains("Invocation id1 failed: InvalidTimeZoneException", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines.Where(l => l.StartsWith("Clinic.Lambda", StringComparison.Ordinal)),
            l => l.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"Records":[]}""")]
    [InlineData("\0")]
    public async Task Garbage_is_reported_and_the_next_event_is_served(string garbage)
    {
        var calls = 0;
        await using var app = await TestApp.StartAsync(_ =>
        {
            calls++;
            return Task.CompletedTask;
        });
        Assert.Equal("invocation/id1/error", (await app.Send(Encoding.UTF8.GetBytes(garbage))).Path);
        Assert.Equal(0, calls);
        Assert.Equal(200, (await app.Ask(Events.Bytes("rest/bare")))["statusCode"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_path_with_a_null_is_refused_before_the_application()
    {
        var calls = 0;
        await using var app = await TestApp.StartAsync(_ =>
        {
            calls++;
            return Task.CompletedTask;
        });
        var answer = await app.Ask(Events.Rest(e => e["path"] = "/v1/%00"));
        Assert.Equal(400, answer["statusCode"]!.GetValue<int>());
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task An_answer_that_is_refused_as_too_large_becomes_an_error()
    {
        await using var app = await TestApp.StartAsync(http => http.Response.WriteAsync("large"));
        app.Runtime.StatusOf = path => path.EndsWith("/response", StringComparison.Ordinal) ? 413 : 0;
        Assert.Equal("invocation/id1/response", (await app.Send(Events.Bytes("rest/bare"))).Path);
        var posted = await app.Runtime.NextPosted();
        Assert.Equal(("invocation/id1/error", "AnswerTooLarge"), (posted.Path, posted.ErrorType));
    }

    [Fact]
    public async Task Time_that_runs_out_ends_the_request_and_is_reported_even_when_nobody_throws()
    {
        await using var app = await TestApp.StartAsync(async http =>
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
        app.Runtime.Time = TimeSpan.FromSeconds(1);
        var deadline = TimeProvider.System.GetUtcNow() + app.Runtime.Time;
        var posted = await app.Send(Events.Bytes("rest/bare"));
        Assert.Equal(("invocation/id1/error", nameof(OperationCanceledException)), (posted.Path, posted.ErrorType));
        var left = deadline - TimeProvider.System.GetUtcNow();
        Assert.True(left < TimeSpan.FromMilliseconds(320), $"ended {left.TotalMilliseconds} ms before the deadline");
    }

    [Fact]
    public async Task An_aborted_request_is_reported()
    {
        await using var app = await TestApp.StartAsync(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        Assert.Equal("invocation/id1/error", (await app.Send(Events.Bytes("rest/bare"))).Path);
    }

    [Fact]
    public async Task A_response_that_has_started_cannot_be_changed_as_on_Kestrel()
    {
        var order = new List<string>();
        await using var app = await TestApp.StartAsync(async http =>
        {
            var response = http.Response;
            response.OnStarting(() => Add("starting 1"));
            response.OnStarting(() =>
            {
                response.Headers["X-Late"] = "1";
                return Add("starting 2");
            });
            response.OnCompleted(() => Add("completed"));
            Assert.False(response.HasStarted);
            await response.WriteAsync("x");
            Assert.True(response.HasStarted);
            Assert.Throws<InvalidOperationException>(() => response.StatusCode = 500);
            Assert.Throws<InvalidOperationException>(() => response.Headers["X-Later"] = "1");
            Assert.Throws<InvalidOperationException>(() => response.OnStarting(() => Task.CompletedTask));
            Assert.Throws<InvalidOperationException>(() => response.Body.Write([1], 0, 1));
            await Add("handled");
        });
        var answer = await app.Ask(Events.Bytes("rest/bare"));
        Assert.Equal("1", answer["multiValueHeaders"]!["X-Late"]![0]!.GetValue<string>());
        Assert.Equal(["starting 2", "starting 1", "handled", "completed"], order);

        Task Add(string what)
        {
            order.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_trace_of_an_event_is_where_the_SDK_looks_for_it()
    {
        await using var app = await TestApp.StartAsync(http =>
            http.Response.WriteAsync(Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID") ?? "none"));
        foreach (var id in new[] { "Root=1-69252f33-aaaaaaaaaaaaaaaaaaaaaaaa", "Root=1-69252f33-bbbbbbbbbbbbbbbbbbbbbbbb" })
        {
            app.Runtime.TraceId = id;
            Assert.Equal(id, Decoded(await app.Ask(Events.Bytes("rest/bare"))));
        }
    }

    [Fact]
    public async Task All_calls_go_over_one_connection()
    {
        await using var app = await TestApp.StartAsync(http => http.Request.Path == "/health"
            ? http.Response.WriteAsync("ok") : throw new InvalidOperationException());
        for (var i = 0; i < 10; i++)
        {
            await app.Ask(Events.Bytes("rest/bare"));
            await app.Send(Events.Bytes("rest/post-json"));
        }

        Assert.Equal(1, app.Runtime.Connections);
    }

    [Fact]
    public async Task Answers_do_not_run_into_each_other_whatever_their_size()
    {
        await using var app = await TestApp.StartAsync(http =>
            http.Response.WriteAsync(new string('x', int.Parse(http.Request.Query["n"]!, CultureInfo.InvariantCulture))));
        foreach (var length in new[] { 10, 3_000_000, 7, 100_000, 0, 2 })
        {
            var answer = await app.Ask(Events.Rest(e =>
                e["multiValueQueryStringParameters"] = new JsonObject { ["n"] = Events.List($"{length}") }));
            Assert.Equal(new string('x', length), Decoded(answer));
        }
    }

    [Fact]
    public async Task Stopping_lets_the_running_invocation_finish()
    {
        var reached = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var app = await TestApp.StartAsync(async http =>
        {
            reached.SetResult();
            await go.Task;
            await http.Response.WriteAsync("done");
        });
        app.Runtime.Give(Events.Bytes("rest/bare"));
        await reached.Task;
        var stopping = app.App.StopAsync();
        Assert.False(stopping.IsCompleted);
        go.SetResult();
        Assert.Equal("invocation/id1/response", (await app.Runtime.NextPosted()).Path);
        await stopping;
    }

    [Theory]
    [InlineData("invocation/next")]
    [InlineData("invocation/id1/response")]
    public async Task A_broken_Runtime_API_ends_the_host_with_its_error(string path)
    {
        await using var app = await TestApp.StartAsync(http => http.Response.WriteAsync("ok"));
        app.Runtime.StatusOf = p => p == path ? 500 : 0;
        app.Runtime.Give(Events.Bytes("rest/bare"));
        await Assert.ThrowsAsync<RuntimeApiException>(() => app.App.WaitForShutdownAsync().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static string Decoded(JsonNode answer) => answer["isBase64Encoded"]!.GetValue<bool>()
        ? Encoding.UTF8.GetString(Convert.FromBase64String(answer["body"]!.GetValue<string>()))
        : answer["body"]!.GetValue<string>();
}
