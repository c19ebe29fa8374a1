using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.Local;

/// <summary>How long a function may take.</summary>
/// <param name="Invocation">From the hand-over to the answer; the deadline header tells the function.</param>
/// <param name="Init">From the wish to invoke until a process asks for work.</param>
public sealed record FunctionLimits(TimeSpan Invocation, TimeSpan Init);

/// <summary>
/// The Lambda Runtime API for one function: a small server that its process asks for work (AWS_LAMBDA_RUNTIME_API is
/// <see cref="Authority"/>), and <see cref="InvokeAsync"/> for whoever has work. One invocation at a time, as in one sandbox.
/// </summary>
public sealed class RuntimeApi : IAsyncDisposable
{
    /// <summary>What Lambda takes as an answer at most.</summary>
    public const int ResponseBytesMax = 6_291_556;

    private const string Prefix = "/2018-06-01/runtime/";

    /// <summary>
    /// Lambda ends a sandbox at the deadline itself. A loaded development machine may take longer than the function's own margin
    /// to carry its last answer, and that must not look like a function that ignored its deadline.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly string _functionArn;
    private readonly FunctionLimits _limits;
    private readonly TimeProvider _clock;
    private readonly Channel<Invocation> _waiting = Channel.CreateUnbounded<Invocation>();
    private readonly SemaphoreSlim _one = new(1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _server;
    private volatile Invocation? _running;
    private int _generation;

    private RuntimeApi(string functionArn, FunctionLimits limits, TimeProvider clock)
    {
        _functionArn = functionArn;
        _limits = limits;
        _clock = clock;
    }

    /// <summary>Host and port, the value of AWS_LAMBDA_RUNTIME_API.</summary>
    public string Authority { get; private set; } = "";

    /// <summary>Ends when a process has asked for work for the first time: its initialisation is done.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Called with the error type when a process reports that its initialisation failed.</summary>
    public Action<string>? InitFailed { get; set; }

    /// <summary>
    /// Called when an invocation ran out of time; Lambda ends the sandbox then, so whoever owns the process kills it.
    /// </summary>
    public Action? TimedOut { get; set; }

    public static async Task<RuntimeApi> StartAsync(
        string functionArn, FunctionLimits limits, TimeProvider clock, CancellationToken ct = default)
    {
        var api = new RuntimeApi(functionArn, limits, clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        api._server = builder.Build();
        api._server.Run(api.ServeAsync);
        await api._server.StartAsync(ct);
        api.Authority = new Uri(api._server.Urls.Single()).Authority;
        return api;
    }

    /// <summary>Throws <see cref="FunctionFailedException"/> when the function failed, died or took too long.</summary>
    public async Task<ReadOnlyMemory<byte>> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken ct = default)
    {
        await _one.WaitAsync(ct);
        var id = Guid.CreateVersion7(_clock.GetUtcNow()).ToString();
        var invocation = new Invocation(id, payload);
        try
        {
            _waiting.Writer.TryWrite(invocation);
            await WithinAsync(invocation.Taken.Task, _limits.Init, "Init.Timeout", ct);
            return await WithinAsync(invocation.Answer.Task, _limits.Invocation + Grace, "Invocation.Timeout", ct);
        }
        finally
        {
            // An answer that comes later finds nobody: the process gets 400, as for any id that is not running.
            invocation.Answer.TrySetCanceled(CancellationToken.None);
            _running = null;
            _one.Release();
        }
    }

    /// <summary>The process is gone: the invocation that it had, if any, has failed. What waits is for its successor.</summary>
    public void FunctionExited()
    {
        Interlocked.Increment(ref _generation);
        _running?.Answer.TrySetException(new FunctionFailedException("Runtime.ExitError"));
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        if (_server is not null)
        {
            await _server.StopAsync(new CancellationToken(canceled: true));
            await _server.DisposeAsync();
        }

    }

    private async Task<T> WithinAsync<T>(Task<T> step, TimeSpan limit, string errorType, CancellationToken ct)
    {
        try
        {
            return await step.WaitAsync(limit, _clock, ct);
        }
        catch (TimeoutException)
        {
            TimedOut?.Invoke();
            throw new FunctionFailedException(errorType);
        }
    }

    private Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return AnswerAsync(http, StatusCodes.Status404NotFound, "NotFound");
        }

        return (http.Request.Method, path[Prefix.Length..].Split('/')) switch
        {
            ("GET", ["invocation", "next"]) => NextAsync(http),
            ("POST", ["invocation", var id, "response"]) => ResponseAsync(http, id),
            ("POST", ["invocation", var id, "error"]) => ErrorAsync(http, id),
            ("POST", ["init", "error"]) => InitErrorAsync(http),
            _ => AnswerAsync(http, StatusCodes.Status404NotFound, "NotFound"),
        };
    }

    private async Task NextAsync(HttpContext http)
    {
        var generation = Volatile.Read(ref _generation);
        _ready.TrySetResult();
        var invocation = await NextLiveAsync(http.RequestAborted);
        if (invocation is null)
        {
            http.Abort();
            return;
        }

        _running = invocation;
        if (generation != Volatile.Read(ref _generation))
        {
            // The process that asked is dead, though its connection still looks open: the next one takes the work.
            _running = null;
            _waiting.Writer.TryWrite(invocation);
            http.Abort();
            return;
        }

        invocation.Taken.TrySetResult(true);
        var deadline = (_clock.GetUtcNow() + _limits.Invocation).ToUnixTimeMilliseconds();
        http.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = invocation.Id;
        http.Response.Headers["Lambda-Runtime-Deadline-Ms"] = deadline.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["Lambda-Runtime-Invoked-Function-Arn"] = _functionArn;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(invocation.Payload, http.RequestAborted);
    }

    /// <summary>Null when the asking process went away or this server ends. Passes over what nobody waits for any more.</summary>
    private async Task<Invocation?> NextLiveAsync(CancellationToken gone)
    {
        while (true)
        {
            var more = _waiting.Reader.WaitToReadAsync(gone).AsTask();
            await ((Task)more).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!more.IsCompletedSuccessfully || !await more)
            {
                return null;
            }

            if (_waiting.Reader.TryRead(out var invocation) && !invocation.Answer.Task.IsCompleted)
            {
                return invocation;
            }
        }
    }

    private async Task ResponseAsync(HttpContext http, string id)
    {
        if (await ReadAsync(http) is not { } body)
        {
            await AnswerAsync(http, StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge");
            return;
        }

        await SettleAsync(http, id, running => running.Answer.TrySetResult(body));
    }

    private Task ErrorAsync(HttpContext http, string id)
    {
        var type = ErrorType(http);
        return SettleAsync(http, id, running => running.Answer.TrySetException(new FunctionFailedException(type)));
    }

    private Task InitErrorAsync(HttpContext http)
    {
        InitFailed?.Invoke(ErrorType(http));
        return AnswerAsync(http, StatusCodes.Status202Accepted, errorType: null);
    }

    private Task SettleAsync(HttpContext http, string id, Func<Invocation, bool> settle) =>
        _running is { } running && running.Id == id && settle(running)
            ? AnswerAsync(http, StatusCodes.Status202Accepted, errorType: null)
            : AnswerAsync(http, StatusCodes.Status400BadRequest, "InvalidRequestID");

    private static string ErrorType(HttpContext http) =>
        http.Request.Headers["Lambda-Runtime-Function-Error-Type"].ToString() is { Length: > 0 } type ? type : "Unhandled";

    /// <summary>
    /// Null when the body is larger than Lambda takes; the rest of it is still read, so that the client gets to read our answer.
    /// </summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        var buffer = new byte[81_920];
        var tooLarge = false;
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is var read and > 0)
        {
            tooLarge |= body.Length + read > ResponseBytesMax;
            if (!tooLarge)
            {
                body.Write(buffer, 0, read);
            }
        }

        // Spelled out: a bare null would become an empty memory, by way of a null array, and thereby an empty answer.
        return tooLarge ? default(ReadOnlyMemory<byte>?) : body.ToArray();
    }

    private static async Task AnswerAsync(HttpContext http, int status, string? errorType)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(errorType is null ? "status" : "errorType", errorType ?? "OK");
            json.WriteEndObject();
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
    }

    private sealed class Invocation(string id, ReadOnlyMemory<byte> payload)
    {
        public string Id { get; } = id;

        public ReadOnlyMemory<byte> Payload { get; } = payload;

        public TaskCompletionSource<bool> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<ReadOnlyMemory<byte>> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
