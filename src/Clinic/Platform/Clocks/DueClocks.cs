using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Observe;
using Clinic.Platform.Store;
using Microsoft.Extensions.Logging;
using Key = Clinic.Platform.Store.Key;

namespace Clinic.Platform.Clocks;

/// <summary>The minute's work: asks the due index what fell due and has each struck, each in its own transaction.</summary>
internal sealed class DueClocks(
    TenantSessions sessions, TenantStores stores, ClockHandlers handlers, Consumers consumers, IServiceProvider services,
    TimeProvider clock, ILogger<DueClocks> logger)
{
    /// <summary>Per shard and run; what is left is taken a minute later.</summary>
    public const int PerShardMax = 1000;

    /// <summary>
    /// Read at once. Clocks that cannot be struck stay at the head of the index, so a run must get past them: it reads on
    /// until <see cref="PerShardMax"/>, not only the first page.
    /// </summary>
    public const int PageSize = 50;

    private const string ClockPrefix = "CLK#";
    private const string OutboxPrefix = "OUT#";

    public async Task<Done> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        int due = 0, done = 0, failed = 0;
        for (var shard = 0; shard < DueShards.Count; shard++)
        {
            await foreach (var (tenant, key) in DueIn(shard, now, ct))
            {
                ct.ThrowIfCancellationRequested();
                due++;
                var struck = await Strike(tenant, key, now, ct);
                done += struck ? 1 : 0;
                failed += struck ? 0 : 1;
            }
        }

        if (due > 0)
        {
            Log.ClocksRun(logger, due, done, failed);
        }

        return Done.Yes;
    }

    private async IAsyncEnumerable<(TenantId Tenant, Key Key)> DueIn(
        int shard, DateTimeOffset now, [EnumeratorCancellation] CancellationToken ct)
    {
        var dynamo = (await sessions.For(RoleNames.ClockRole, TenantId.Platform, ct)).Dynamo;
        Dictionary<string, AttributeValue>? from = null;
        for (var read = 0; read < PerShardMax; read += PageSize)
        {
            var page = await dynamo.QueryAsync(
                new QueryRequest
                {
                    TableName = sessions.Names.Table(CloudParts.Records),
                    IndexName = CloudParts.DueIndex.Name,
                    KeyConditionExpression = "due_pk = :shard AND due_sk <= :now",
                    ExpressionAttributeValues = new()
                    {
                        [":shard"] = new() { S = Keys.DueShard(shard) },
                        [":now"] = new() { S = Instants.Text(now) },
                    },
                    Limit = PageSize,
                    ExclusiveStartKey = from,
                },
                ct);
            foreach (var item in page.Items ?? [])
            {
                yield return Keys.Split(item["pk"].S, item["sk"].S);
            }

            if (page.LastEvaluatedKey is not { Count: > 0 } last)
            {
                yield break;
            }

            from = last;
        }
    }

    private async Task<bool> Strike(TenantId tenant, Key key, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            var caller = Caller.System(tenant, "clock", key.Area);
            var store = stores.For(caller);
            var rows = await store.GetMany([key, Keys.State], ct);
            var done = await Strike(store, rows.FirstOrDefault(r => r.Key == key), Held.IsFrozen(rows), now, ct);
            return done.Holds(out var why) || why == ClockRefusals.NotRunning || why == ClockRefusals.NotYet
                || why == HeldRefusals.Parked;
        }
        catch (Exception fault)
        {
            // One clinic's clock that cannot be struck must not stop the others'; it stays due and is tried each minute.
            Log.ConsumerFailed(logger, key.Area, Topics.ClockTick, fault.GetType().Name, Faults.Site(fault));
            return false;
        }
    }

    /// <summary>
    /// The index is eventually consistent and names only keys: never act early on its word, nor on work that is gone.
    /// </summary>
    private async Task<Done> Strike(TenantStore store, Item? row, bool frozen, DateTimeOffset now, CancellationToken ct)
    {
        if (row is null || !row.Has(CloudParts.DueIndex.SortKey))
        {
            return ClockRefusals.NotRunning;
        }

        var isMessage = row.Key.Area.StartsWith(OutboxPrefix, StringComparison.Ordinal);
        if (frozen && !(isMessage && consumers.IsNotice(row.Need("topic"))))
        {
            return await Held.Park(store, row.Key, ct);
        }

        if (isMessage)
        {
            return await Redrive.Handle(store.Caller, store, row, now, ct);
        }

        if (row.Instant(CloudParts.DueIndex.SortKey) > now)
        {
            return ClockRefusals.NotYet;
        }

        var due = new DueClock(row.Key.Area[ClockPrefix.Length..], row.Key.Sort, store.Caller, store);
        var strike = handlers.For(due.Kind) ?? throw new InvalidOperationException("A clock of a kind that nobody handles.");
        return await strike(services, due, now, ct);
    }
}
