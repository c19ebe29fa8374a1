using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;

namespace Clinic.Testing.Faults;

/// <summary>
/// A fault between an act and its store: hooks of the gate that strike the calls of some tenants at one spot, until they are
/// lifted. It also watches what every transaction must keep: one token, one content.
/// </summary>
public sealed class FaultScene : IDisposable
{
    private static readonly HttpClient Direct = new();
    private readonly TokenWatch tokens = new();
    private readonly ConcurrentDictionary<(string, string), int> seen = new();
    private readonly ConcurrentDictionary<GateCall, long> underWay = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource lifted = new();
    private readonly CancellationTokenSource over = new();
    private readonly ConcurrentDictionary<GateCall, bool> struck = new(ReferenceEqualityComparer.Instance);
    private readonly List<IDisposable> hooks = [];
    private readonly StoreFault? fault;
    private readonly CallSpot spot;
    private readonly Uri store;
    private int hits;
    private int disturbed;

    /// <param name="concerns">Which calls are the act's.</param>
    public FaultScene(ClinicApp app, CallBudget budget, Func<GateCall, bool> concerns, StoreFault? fault, CallSpot spot)
    {
        (this.fault, this.spot, Budget, store) = (fault, spot, budget, app.Cloud.StandIns.DynamoDb);
        hooks.Add(app.Gate.Before(call => concerns(call) ? Before(call) : Task.CompletedTask));
        hooks.Add(app.Gate.After(After));
        _ = FeelThePulse();
    }

    public CallBudget Budget { get; }

    /// <summary>How often the fault struck.</summary>
    public int Hits => Volatile.Read(ref hits);

    /// <summary>
    /// The machine itself was too slow for these budgets: a fault that nobody planned, so the answer says nothing of the product.
    /// </summary>
    public bool WasDisturbed => Volatile.Read(ref disturbed) > 0;

    /// <summary>Nothing more will be struck.</summary>
    public bool IsSpent => fault is null || (!fault.Always && Hits > 0);

    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>The calls that were made, as spots.</summary>
    public IReadOnlyList<CallSpot> Calls => [.. seen.OrderBy(s => s.Key)
        .SelectMany(s => Enumerable.Range(1, s.Value).Select(n => new CallSpot(s.Key.Item1, s.Key.Item2, n)))];

    /// <summary>From here on all goes well.</summary>
    public void Lift() => lifted.Cancel();

    /// <summary>No answer as long as the fault lasts; then the connection goes.</summary>
    public async Task Hang()
    {
        await ((Task)Task.Delay(Timeout.Infinite, lifted.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw GateFaultException.Abort();
    }

    /// <summary>Carries a call out at the store itself, as one that was delivered twice.</summary>
    public async Task<string> SendPastTheGate(string operation, ReadOnlyMemory<byte> body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, store) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "DynamoDB_20120810." + operation);
        request.Headers.TryAddWithoutValidation("Authorization",
            "AWS4-HMAC-SHA256 Credential=local/20000101/ap-south-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await Direct.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    public void Dispose()
    {
        Lift();
        over.Cancel();
        hooks.ForEach(h => h.Dispose());
    }

    private async Task Before(GateCall call)
    {
        Watch(call);
        if (!Strikes(call))
        {
            underWay[call] = Stopwatch.GetTimestamp();
            return;
        }

        struck[call] = true;
        await (fault!.Before?.Invoke(this, call) ?? Task.CompletedTask);
    }

    private Task After(GateCall call)
    {
        if (underWay.TryRemove(call, out var began) && Stopwatch.GetElapsedTime(began) > Budget.Try / 2)
        {
            Interlocked.Increment(ref disturbed);
        }

        return struck.TryRemove(call, out _) && !lifted.IsCancellationRequested
            ? fault!.After?.Invoke(this, call) ?? Task.CompletedTask
            : Task.CompletedTask;
    }

    /// <summary>
    /// A beat that comes late shows that threads of this process, which is client, product and gate, had to wait.
    /// </summary>
    private async Task FeelThePulse()
    {
        var beat = TimeSpan.FromMilliseconds(50);
        using var timer = new PeriodicTimer(beat);
        while (!over.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            await ((Task)timer.WaitForNextTickAsync(over.Token).AsTask())
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Stopwatch.GetElapsedTime(began) > beat + (Budget.Try / 3))
            {
                Interlocked.Increment(ref disturbed);
            }
        }
    }

    private bool Strikes(GateCall call)
    {
        var nth = seen.AddOrUpdate((call.Service, call.Operation), 1, (_, n) => n + 1);
        if (fault is null || lifted.IsCancellationRequested || call.Service != spot.Service || call.Operation != spot.Operation
            || nth < spot.Ordinal)
        {
            return false;
        }

        return Interlocked.Increment(ref hits) == 1 || fault.Always;
    }

    private void Watch(GateCall call)
    {
        if (call.Operation == "TransactWriteItems" && tokens.See(call.Body) is { } complaint)
        {
            Complaints.Enqueue(complaint);
        }
    }
}
