using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.Lambda;

/// <summary>Sends one GET through the whole pipeline, as the gateway would, and returns the status of its answer.</summary>
/// <param name="path">For example <c>/health</c>.</param>
public delegate Task<int> PushRequest(string path, CancellationToken ct);

/// <summary>
/// What an application does in INIT so that the first client need not wait for it: code is compiled, connections are opened.
/// INIT has the full processor and costs nothing beyond ten seconds of it.
/// </summary>
internal sealed class WarmUp(Func<IServiceProvider, PushRequest, CancellationToken, Task> action)
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(5);

    /// <summary>A warm-up that fails leaves a cold function, which is better than none: it is logged and passed over.</summary>
    public static async Task RunAsync(
        IEnumerable<WarmUp> warmUps, IServiceProvider services, LambdaHandler serve, ILogger logger, CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(TimeMax);
        foreach (var warmUp in warmUps)
        {
            var work = Task.Run(() => warmUp.Action(services, (path, token) => PushAsync(serve, path, token), time.Token), ct);
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!work.IsCompletedSuccessfully)
            {
                var kind = work.Exception?.InnerException?.GetType().Name ?? nameof(OperationCanceledException);
                LambdaLog.WarmUpFailed(logger, kind);
            }
        }
    }

    private Func<IServiceProvider, PushRequest, CancellationToken, Task> Action => action;

    private static async Task<int> PushAsync(LambdaHandler serve, string path, CancellationToken ct)
    {
        var answer = await serve(Event(path), new LambdaInvocation("warm-up", DateTimeOffset.MaxValue, ""), ct);
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("statusCode").GetInt32();
    }

    private static ReadOnlyMemory<byte> Event(string path)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("httpMethod", "GET");
            json.WriteString("path", path);
            json.WriteStartObject("multiValueHeaders");
            json.WriteStartArray("Host");
            json.WriteStringValue("warm-up.invalid");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
