using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Clinic.Local;

namespace Clinic.LocalTests;

/// <summary>The runtime loop in a process of its own, against the Runtime API.</summary>
public sealed class ServingEvents
{
    [Fact]
    public async Task Events_are_answered_one_after_another()
    {
        await using var function = await LiveFunction.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => function.DoAsync($"echo{n}")));
        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"{{\"do\":\"echo{n}\"}}"), answers);
        Assert.Equal(0, function.Process.Restarts);
    }

    [Theory]
    [InlineData(Roles.Do.Throw, nameof(InvalidOperationException))]
    [InlineData(Roles.Do.ThrowAtOnce, nameof(InvalidOperationException))]
    [InlineData(Roles.Do.AnswerNothing, "EmptyAnswer")]
    [InlineData(Roles.Do.AnswerTooMuch, "AnswerTooLarge")]
    public async Task A_failure_is_reported_by_its_type_and_the_process_goes_on(string what, string errorType)
    {
        await using var function = await LiveFunction.StartAsync();
        var failure = await Assert.ThrowsAsync<FunctionFailedException>(() => function.DoAsync(what));
        Assert.Equal(errorType, failure.ErrorType);
        Assert.Equal("""{"do":"echo"}""", await function.DoAsync(Roles.Do.Echo));
        Assert.Equal(0, function.Process.Restarts);
        Assert.DoesNotContain(function.Lines, l => l.Contains(Roles.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_token_is_cancelled_before_the_deadline()
    {
        await using var function = await LiveFunction.StartAsync(Within(seconds: 2));
        var left = new List<int>();
        // A loaded machine may wake the function late, even after its end, so one good time of five is enough; too early is
        // wrong every time.
        for (var attempt = 0; attempt < 5 && !left.Any(ms => ms >= 50); attempt++)
        {
            var invocation = function.DoAsync(Roles.Do.WaitForToken);
            await Task.WhenAny(invocation);
            if (invocation.IsCompletedSuccessfully)
            {
                using var answer = JsonDocument.Parse(await invocation);
                left.Add(answer.RootElement.GetProperty("leftMs").GetInt32());
                Assert.True(left[^1] <= 320, $"cancelled {left[^1]} ms before the deadline");
            }
        }

        Assert.Contains(left, ms => ms >= 50);
    }

    [Fact]
    public async Task A_function_that_ignores_its_deadline_is_killed_and_replaced()
    {
        await using var function = await LiveFunction.StartAsync(Within(seconds: 1));
        var first = function.Process.Pid;
        var failure = await Assert.ThrowsAsync<FunctionFailedException>(() => function.DoAsync(Roles.Do.Hang));
        Assert.Equal("Invocation.Timeout", failure.ErrorType);
        Assert.Equal("""{"do":"echo"}""", await function.DoAsync(Roles.Do.Echo));
        Assert.NotEqual(first, function.Process.Pid);
    }

    [Fact]
    public async Task A_function_that_ends_fails_its_invocation_and_the_next_one_waits_for_the_successor()
    {
        await using var function = await LiveFunction.StartAsync();
        var since = Stopwatch.GetTimestamp();
        var failure = await Assert.ThrowsAsync<FunctionFailedException>(() => function.DoAsync(Roles.Do.Exit));
        Assert.Equal("Runtime.ExitError", failure.ErrorType);
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(5), "must not wait for the deadline");
        Assert.Equal("""{"do":"echo"}""", await function.DoAsync(Roles.Do.Echo));
    }

    [Fact]
    public async Task An_idle_function_that_is_killed_takes_no_work_with_it()
    {
        await using var function = await LiveFunction.StartAsync();
        for (var round = 0; round < 5; round++)
        {
            function.Process.Kill();
            Assert.Equal("""{"do":"echo"}""", await Retried(function));
        }

        // Work given in the very moment of a death may fail, as on Lambda, but it fails soon and is never lost in silence.
        static async Task<string> Retried(LiveFunction function)
        {
            var since = Stopwatch.GetTimestamp();
            while (true)
            {
                var attempt = function.DoAsync(Roles.Do.Echo);
                await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(15), "must not wait for the deadline");
                if (attempt.IsCompletedSuccessfully)
                {
                    return await attempt;
                }
            }
        }
    }

    [Fact]
    public async Task An_answer_to_a_foreign_id_is_refused_and_init_errors_are_heard()
    {
        string? heard = null;
        await using var api = await RuntimeApi.StartAsync("arn", LiveFunction.Limits, TimeProvider.System);
        api.InitFailed = type => heard = type;
        using var http = new HttpClient { BaseAddress = new Uri($"http://{api.Authority}/2018-06-01/runtime/") };
        var invocation = api.InvokeAsync("{}"u8.ToArray());
        using var next = await http.GetAsync(new Uri("invocation/next", UriKind.Relative));
        var id = next.Headers.GetValues("lambda-runtime-aws-request-id").Single();
        var deadline = long.Parse(next.Headers.GetValues("Lambda-Runtime-Deadline-Ms").Single(), CultureInfo.InvariantCulture);
        var left = DateTimeOffset.FromUnixTimeMilliseconds(deadline) - TimeProvider.System.GetUtcNow();
        Assert.InRange(left.TotalSeconds, 15, 20);

        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("invocation/other/response", "\"stolen\""));
        Assert.False(invocation.IsCompleted);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync($"invocation/{id}/response", "\"mine\""));
        Assert.Equal("\"mine\"", Encoding.UTF8.GetString((await invocation).Span));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync($"invocation/{id}/response", "\"again\""));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("init/error", "{}", "BadConfiguration"));
        Assert.Equal("BadConfiguration", heard);

        async Task<HttpStatusCode> PostAsync(string path, string body, string errorType = "")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", errorType);
            using var response = await http.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task The_loop_ends_its_process_when_the_Runtime_API_is_broken()
    {
        // 500 on every call is the contract's word for: exit.
        using var listener = new HttpListener();
        using var port = PortLease.Take();
        var prefix = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port.Port}");
        listener.Prefixes.Add($"http://{prefix}/");
        listener.Start();
        var serving = listener.GetContextAsync();
        var own = LiveFunction.Command;
        var environment = new Dictionary<string, string>(own.Environment) { ["AWS_LAMBDA_RUNTIME_API"] = prefix };
        await using var child = ChildProcess.Start(own with { Environment = environment }, _ => { });
        var context = await serving.WaitAsync(TimeSpan.FromSeconds(20));
        context.Response.StatusCode = 500;
        context.Response.Close();
        Assert.NotEqual(0, await child.Exited.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static FunctionLimits Within(int seconds) =>
        LiveFunction.Limits with { Invocation = TimeSpan.FromSeconds(seconds) };
}
