using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Clinic.Platform.Cloud;

namespace Clinic.Local;

/// <summary>
/// Reads a table's stream and hands its records on, at least once: a checkpoint follows what was taken, never goes before it. As
/// the EventBridge Pipe of the deployed system it takes each inserted outbox item of Records and puts an event with its topic,
/// tenant and message id on the bus; as an event source mapping it gives the records to a function.
/// </summary>
public sealed class StreamPump : IAsyncDisposable
{
    private static readonly TimeSpan IdlePoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShardRefresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly StreamsHttp _streams;
    private readonly Func<IReadOnlyList<JsonElement>, CancellationToken, Task> _take;
    private readonly Action<string> _trouble;
    private readonly string _streamArn;
    private readonly StreamCheckpoints _checkpoints;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<TaskCompletionSource> _drains = Channel.CreateUnbounded<TaskCompletionSource>();
    private readonly HashSet<string> _finished = [];
    private readonly Dictionary<string, string> _iterators = [];
    private IReadOnlyList<Shard> _shards = [];
    private long _shardsReadAt;

    private StreamPump(
        StreamsHttp streams, Func<IReadOnlyList<JsonElement>, CancellationToken, Task> take, string streamArn,
        StreamCheckpoints checkpoints, Action<string> trouble)
    {
        _streams = streams;
        _take = take;
        _trouble = trouble;
        _streamArn = streamArn;
        _checkpoints = checkpoints;
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Ends when the pump was disposed; faults when it met something it cannot mend.</summary>
    public Task Completion { get; }

    /// <summary>The Pipe, from the outbox to the bus.</summary>
    /// <param name="trouble">One line per failure that the pump retries.</param>
    public static Task<StreamPump> StartAsync(
        StandIns standIns, CloudNames names, LocalBus bus, Action<string> trouble, CancellationToken ct = default) =>
        StartAsync(
            standIns, names.Table(CloudParts.Records), "stream-checkpoints.json",
            (records, stop) => bus.PublishAsync([.. records.Select(OutboxRecord.Event).OfType<BusEvent>()], stop), trouble, ct);

    /// <summary>The event source mapping of a table's stream.</summary>
    public static Task<StreamPump> StartAsync(
        StandIns standIns, CloudNames names, TableSpec table, StreamFunction function, Action<string> trouble,
        CancellationToken ct = default) =>
        StartAsync(
            standIns, names.Table(table), $"stream-checkpoints-{table.Name}.json", function.TakeAsync, trouble, ct);

    private static async Task<StreamPump> StartAsync(
        StandIns standIns, string table, string checkpoints, Func<IReadOnlyList<JsonElement>, CancellationToken, Task> take,
        Action<string> trouble, CancellationToken ct)
    {
        var streams = new StreamsHttp(standIns.DynamoDb);
        var arn = await streams.StreamArnAsync(table, ct);
        return new StreamPump(streams, take, arn, StreamCheckpoints.Load(standIns.DataFolder, checkpoints, arn), trouble);
    }

    /// <summary>Returns when everything that was written before the call is in its queue.</summary>
    public async Task DrainAsync(CancellationToken ct = default)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _drains.Writer.WriteAsync(drained, ct);
        var first = await Task.WhenAny(drained.Task, Completion).WaitAsync(ct);
        await first;
        if (first == Completion && !drained.Task.IsCompleted)
        {
            throw new InvalidOperationException("The stream pump has ended.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _streams.Dispose();
    }

    private async Task RunAsync()
    {
        var waiting = new List<TaskCompletionSource>();
        while (!_stop.IsCancellationRequested)
        {
            while (_drains.Reader.TryRead(out var drain))
            {
                waiting.Add(drain);
            }

            try
            {
                var busy = await PassAsync(refresh: waiting.Count > 0);
                waiting.ForEach(w => w.TrySetResult());
                waiting.Clear();
                if (!busy)
                {
                    await IdleAsync();
                }
            }
            catch (Exception failure) when (Transient.Is(failure, _stop))
            {
                // Iterators expire and stand-ins restart: start again from the checkpoints.
                _iterators.Clear();
                _trouble($"Stream pump: {failure.Message} Trying again.");
                await Task.Delay(RetryAfter, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Reads every open shard, and those that follow it, until an empty page. True when there was something.</summary>
    private async Task<bool> PassAsync(bool refresh)
    {
        var busy = false;
        int finishedBefore;
        do
        {
            if (refresh || _shards.Count == 0 || Stopwatch.GetElapsedTime(_shardsReadAt) > ShardRefresh)
            {
                await RefreshAsync();
            }

            finishedBefore = _finished.Count;
            foreach (var shard in _shards)
            {
                // A child waits for its parent, so that one item's events keep their order.
                if (!_finished.Contains(shard.Id) && (shard.Parent is null || !IsOpen(shard.Parent)))
                {
                    busy |= await ReadFromWhatIsLeftAsync(shard.Id);
                }
            }

            // A shard that ended has children now, and they may hold what a drain waits for.
            refresh = _finished.Count > finishedBefore;
        }
        while (refresh);
        return busy;
    }

    private async Task RefreshAsync()
    {
        _shards = await _streams.ShardsAsync(_streamArn, _stop.Token);
        _shardsReadAt = Stopwatch.GetTimestamp();
        var present = _shards.Select(s => s.Id).ToHashSet();
        _finished.IntersectWith(present);
        _checkpoints.Keep(present);
    }

    private bool IsOpen(string shard) => !_finished.Contains(shard) && _shards.Any(s => s.Id == shard);

    /// <summary>
    /// A stream keeps a day: after a longer pause the checkpoint, or an iterator, points before its beginning. Reading goes on
    /// with what is left; a message that was lost with the rest is driven again from its outbox row.
    /// </summary>
    private async Task<bool> ReadFromWhatIsLeftAsync(string shard)
    {
        try
        {
            return await ReadAsync(shard);
        }
        catch (AwsJsonException trimmed) when (trimmed.Code == "TrimmedDataAccessException")
        {
            _iterators.Remove(shard);
            _checkpoints.Forget(shard);
            return false;
        }
    }

    private async Task<bool> ReadAsync(string shard)
    {
        var busy = false;
        while (true)
        {
            if (!_iterators.TryGetValue(shard, out var iterator))
            {
                iterator = await _streams.IteratorAsync(_streamArn, shard, _checkpoints.After(shard), _stop.Token);
            }

            var page = await _streams.RecordsAsync(iterator, _stop.Token);
            if (page.Records.Count > 0)
            {
                busy = true;
                await _take(page.Records, _stop.Token);
                _checkpoints.Save(shard, OutboxRecord.Sequence(page.Records[^1]));
            }

            if (page.Next is null)
            {
                _finished.Add(shard);
                _iterators.Remove(shard);
                return busy;
            }

            _iterators[shard] = page.Next;
            if (page.Records.Count == 0)
            {
                return busy;
            }
        }
    }

    // A drain wakes it at once.
    private async Task IdleAsync()
    {
        using var nap = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        nap.CancelAfter(IdlePoll);
        await ((Task)_drains.Reader.WaitToReadAsync(nap.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
