using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Platform.Store;

/// <summary>
/// The records of one clinic, for one caller: the first wall. Keys take no tenant; this class puts the caller's in front
/// of each and works on credentials that reach no other (the second wall) and keys that open no other (the third).
/// </summary>
public sealed class TenantStore
{
    private readonly StoreParts parts;

    internal TenantStore(StoreParts parts, Caller caller)
    {
        this.parts = parts;
        Caller = caller;
    }

    public Caller Caller { get; }

    internal StoreParts Parts => parts;

    private TenantId Tenant => Caller.Tenant;

    public static ValueTask<TenantStore?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult(Caller.Of(context) is { } caller
            ? context.RequestServices.GetRequiredService<TenantStores>().For(caller)
            : null);

    /// <summary>Strongly consistent read of one row; null when absent.</summary>
    public async Task<Item?> Get(Key key, CancellationToken ct)
    {
        var answer = await (await Dynamo(ct)).GetItemAsync(
            new GetItemRequest
            {
                TableName = parts.Names.Table(CloudParts.Records),
                Key = Place(key),
                ConsistentRead = true,
                ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            },
            ct);
        return answer.Item is { Count: > 0 } attributes ? new Item(key, attributes) : null;
    }

    /// <summary>Strongly consistent read of up to 100 rows in one call; absent ones are left out.</summary>
    public async Task<IReadOnlyList<Item>> GetMany(IReadOnlyCollection<Key> keys, CancellationToken ct)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        var table = parts.Names.Table(CloudParts.Records);
        var places = keys.ToDictionary(k => (Keys.Partition(Tenant, k.Area), k.Sort));
        var rows = await BatchRead.All(await Dynamo(ct), table, [.. keys.Select(Place)], parts.Sessions.Budget, ct);
        return [.. rows.Select(a => new Item(places[(a["pk"].S, a["sk"].S)], a))];
    }

    /// <summary>Rows of one area in order of their sort key, from <paramref name="fromSort"/> (exclusive).</summary>
    public Task<Page<Item>> Query(
        string area, string sortPrefix, int size, string? fromSort, bool newestFirst, CancellationToken ct) =>
        sortPrefix.Length > 0
            ? Query(area, " AND begins_with(sk, :sk)", [(":sk", sortPrefix)], size, fromSort, newestFirst, ct)
            : Query(area, "", [], size, fromSort, newestFirst, ct);

    /// <summary>How many rows of one area there are, by key: some nine thousand small ones cost one call.</summary>
    public async Task<long> Count(string area, string sortPrefix, CancellationToken ct)
    {
        var (count, dynamo) = (0L, await Dynamo(ct));
        Dictionary<string, AttributeValue>? from = null;
        do
        {
            var answer = await dynamo.QueryAsync(
                new QueryRequest
                {
                    TableName = parts.Names.Table(CloudParts.Records),
                    KeyConditionExpression = "pk = :pk AND begins_with(sk, :sk)",
                    ExpressionAttributeValues = new()
                    {
                        [":pk"] = new() { S = Keys.Partition(Tenant, area) }, [":sk"] = new() { S = sortPrefix },
                    },
                    ConsistentRead = true,
                    Select = Select.COUNT,
                    ExclusiveStartKey = from,
                    ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
                },
                ct);
            count += answer.Count ?? 0;
            from = answer.LastEvaluatedKey is { Count: > 0 } last ? last : null;
        }
        while (from is not null);

        return count;
    }

    /// <summary>Rows of one area between two sort keys, both included, the last first.</summary>
    /// <param name="fromSort">Lies between them; exclusive.</param>
    public Task<Page<Item>> QueryBack(
        string area, (string Low, string High) sorts, int size, string? fromSort, CancellationToken ct) =>
        Query(area, " AND sk BETWEEN :low AND :high", [(":low", sorts.Low), (":high", sorts.High)], size, fromSort,
            newestFirst: true, ct);

    private async Task<Page<Item>> Query(
        string area, string sortCondition, (string Name, string Text)[] sorts, int size, string? fromSort, bool newestFirst,
        CancellationToken ct)
    {
        var values = sorts.Prepend((Name: ":pk", Text: Keys.Partition(Tenant, area)))
            .ToDictionary(v => v.Name, v => new AttributeValue { S = v.Text });
        var answer = await (await Dynamo(ct)).QueryAsync(
            new QueryRequest
            {
                TableName = parts.Names.Table(CloudParts.Records),
                KeyConditionExpression = "pk = :pk" + sortCondition,
                ExpressionAttributeValues = values,
                ConsistentRead = true,
                ScanIndexForward = !newestFirst,
                Limit = size,
                ExclusiveStartKey = fromSort is null ? null : Place(new Key(area, fromSort)),
                ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            },
            ct);
        return new Page<Item>(
            [.. (answer.Items ?? []).Select(a => new Item(new Key(area, a["sk"].S), a))],
            answer.LastEvaluatedKey is { Count: > 0 } last ? last["sk"].S : null);
    }

    /// <summary>Opens a sealed attribute; null when the item has none.</summary>
    /// <exception cref="KeyGoneException">Its key was destroyed: the data is erased.</exception>
    public async Task<byte[]?> Open(Item item, string attribute, KeyRef key, CancellationToken ct)
    {
        var sealedBytes = item.Bytes(attribute)
            ?? (item.Text(SealedSpill.Pointer(attribute)) is { } place ? await parts.Spill.Get(Tenant, place, ct) : null);
        return sealedBytes is null
            ? null
            : await parts.Keyring.Open(KeyUser.Of(Caller), key, sealedBytes, Aad(CloudParts.Records, item, attribute), ct);
    }

    /// <summary>Opens what was sealed with one key within another.</summary>
    /// <exception cref="KeyGoneException">One of the two was destroyed.</exception>
    public async Task<byte[]?> OpenWithin(Item item, string attribute, KeyRef outer, KeyRef key, CancellationToken ct) =>
        await Open(item, attribute, outer, ct) is { } inner
            ? await parts.Keyring.Open(Tenant, key, inner, Aad(CloudParts.Records, item, attribute), ct)
            : null;

    public async Task<T?> Open<T>(Item item, string attribute, KeyRef key, JsonTypeInfo<T> shape, CancellationToken ct)
        where T : class =>
        await Open(item, attribute, key, ct) is { } plain ? JsonSerializer.Deserialize(plain, shape) : null;

    /// <summary>Loads a key beside a read that will need it, so that the two cost one round.</summary>
    public async Task Warm(KeyRef key, CancellationToken ct) => await parts.Keyring.Find(KeyUser.Of(Caller), key, ct);

    /// <summary>
    /// Writes the change as one transaction. Refused: nothing was written, and the refusal says by which condition.
    /// </summary>
    public Task<Done> Commit(Change change, CancellationToken ct) => parts.Committer.Commit(Caller, change, ct);

    /// <summary>
    /// The only door by which patient data leaves: the entry is durable before the answer goes out (AUD-1). The read runs
    /// beside the entry; when it finds nothing, or what this caller may not see, a second entry says that nothing was released.
    /// Both are one answer: only the trail tells them apart.
    /// </summary>
    public async Task<Outcome<T>> Disclose<T>(AuditEntry entry, Func<CancellationToken, Task<T?>> read, CancellationToken ct)
        where T : class
    {
        var written = parts.Trail.Write(entry with { Outcome = AuditOutcome.Requested }, ct);
        var reading = read(ct);
        try
        {
            await Task.WhenAll(written, reading);
        }
        catch (KeyGoneException)
        {
            await written;
        }
        catch (WithheldException withheld)
        {
            await written;
            entry = entry with { Note = entry.Note is { } note ? $"{note}; {withheld.Why}" : withheld.Why };
        }

        if (reading.IsCompletedSuccessfully && await reading is { } found)
        {
            return found;
        }

        await parts.Trail.Write(entry with { Outcome = AuditOutcome.NothingReleased }, ct);
        return Problems.NotFound;
    }

    /// <summary>Entry of an act that changed nothing and released nothing, such as a refusal.</summary>
    public Task Note(AuditEntry entry, CancellationToken ct) => parts.Trail.Write(entry, ct);

    /// <summary>The clinic's state: of this request's session read, or read now for callers that came without one.</summary>
    internal async ValueTask<TenantState> State(CancellationToken ct) => Caller.State ?? await StoreParts.StateOf(this, ct);

    /// <summary>Blind-index token of this clinic in one epoch.</summary>
    /// <exception cref="KeyGoneException">The epoch is over: nobody can make its tokens any more.</exception>
    internal async ValueTask<SearchToken> Token(
        int epoch, string kind, string normalised, int lengthBytes, CancellationToken ct)
    {
        var value = await parts.Keyring.WithIndexKey(
            KeyUser.Of(Caller), epoch, (kind, normalised, lengthBytes), static (k, s) =>
                BlindIndex.Token(k, s.kind, s.normalised, s.lengthBytes), ct);
        return new SearchToken(epoch, kind, value);
    }

    /// <summary>
    /// Keyed hash that binds what a client holds (a cursor, a body sent before) to this clinic. It outlives the epochs.
    /// </summary>
    internal ValueTask<string> Mac(string kind, string text, int lengthBytes, CancellationToken ct) =>
        parts.Keyring.WithIntakeKey(
            KeyUser.Of(Caller), (kind, text, lengthBytes),
            static (k, s) => BlindIndex.Token(k, s.kind, s.text, s.lengthBytes), ct);

    private async Task<IAmazonDynamoDB> Dynamo(CancellationToken ct) =>
        (await parts.Sessions.For(Caller.StoreRole, Tenant, ct)).Dynamo;

    private Dictionary<string, AttributeValue> Place(Key key) => new()
    {
        ["pk"] = new() { S = Keys.Partition(Tenant, key.Area) },
        ["sk"] = new() { S = key.Sort },
    };

    private byte[] Aad(TableSpec table, Item item, string attribute) => SealedPlace.Aad(Tenant, table, item, attribute);
}
