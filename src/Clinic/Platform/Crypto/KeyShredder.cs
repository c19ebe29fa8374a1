using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Key = Clinic.Platform.Store.Key;

namespace Clinic.Platform.Crypto;

/// <summary>
/// Destroys keys: what they sealed is unreadable from then on, wherever a copy of it is (RET-7). Only the retention worker may
/// become TenantShred. The ledger knows first, so a crash leaves a key that is listed and still there, never one that is gone and
/// not listed. Safe to call again: what is gone already is not missed. Other processes use a key for at most the five minutes
/// that they keep it.
/// </summary>
internal sealed class KeyShredder(TenantSessions sessions, Keyring keyring, ShredLedger ledger)
{
    /// <summary>All keys of the clinic itself, and with them those of its patients, which they wrap.</summary>
    public async Task DestroyTenant(TenantId tenant, string cause, CancellationToken ct)
    {
        await Destroy(tenant, Keys.TenantKeyArea, static _ => true, cause, ct);
        foreach (var purpose in Enum.GetValues<TenantPurpose>())
        {
            keyring.Forget(tenant, KeyRef.Of(purpose));
        }
    }

    /// <summary>One version of a clinic's key: an epoch that is over, a wrapping key that wraps nothing any more.</summary>
    public async Task DestroyVersion(TenantId tenant, TenantPurpose purpose, int version, string cause, CancellationToken ct)
    {
        var place = Keys.TenantKey(purpose.Name(), version);
        await Destroy(tenant, place.Area, key => key == place, cause, ct);
        keyring.Forget(tenant, KeyRef.Of(purpose));
    }

    /// <summary>All versions of the clinic's key of one purpose.</summary>
    public async Task DestroyPurpose(TenantId tenant, TenantPurpose purpose, string cause, CancellationToken ct)
    {
        var prefix = purpose.Name() + "#";
        await Destroy(
            tenant, Keys.TenantKeyArea, key => key.Sort.StartsWith(prefix, StringComparison.Ordinal), cause, ct);
        keyring.Forget(tenant, KeyRef.Of(purpose));
    }

    /// <summary>All of a patient's keys of one class, every version and wrapping; of every class when none is named.</summary>
    public async Task DestroyPatient(TenantId tenant, PatientId patient, string? className, string cause, CancellationToken ct)
    {
        var destroyed = await Destroy(
            tenant, Keys.PatientKeyArea(patient), key => className is null || KeyRow.ClassName(key) == className, cause, ct);
        foreach (var name in destroyed.Select(KeyRow.ClassName).Distinct())
        {
            keyring.Forget(tenant, KeyRef.Named(patient, name));
        }
    }

    /// <summary>Rows that wrap what a later row wraps too. The keys live on, so the ledger does not name them.</summary>
    public async Task DropOldWraps(TenantId tenant, PatientId patient, CancellationToken ct)
    {
        var dynamo = (await sessions.For(RoleNames.TenantShred, tenant, ct)).Dynamo;
        var rows = await Rows(dynamo, sessions.Names.Table(CloudParts.Keys), tenant, Keys.PatientKeyArea(patient), ct);
        foreach (var old in rows.Except(KeyRow.LastWraps(rows)))
        {
            await Delete(dynamo, sessions.Names.Table(CloudParts.Keys), tenant, old.Key, ct);
        }
    }

    private async Task<IReadOnlyList<Key>> Destroy(
        TenantId tenant, string area, Func<Key, bool> which, string cause, CancellationToken ct)
    {
        var table = sessions.Names.Table(CloudParts.Keys);
        var dynamo = (await sessions.For(RoleNames.TenantShred, tenant, ct)).Dynamo;
        var rows = (await Rows(dynamo, table, tenant, area, ct)).Where(r => which(r.Key)).ToList();
        if (rows.Count == 0)
        {
            return [];
        }

        await ledger.Record(tenant, area, rows.Select(r => r.Need(KeyRow.Id)).Distinct(), cause, ct);
        foreach (var row in rows)
        {
            await Delete(dynamo, table, tenant, row.Key, ct);
        }

        return [.. rows.Select(r => r.Key)];
    }

    /// <summary>Places and ids of the keys in one area; what wraps them stays where it is.</summary>
    internal static async Task<IReadOnlyList<Item>> Rows(
        IAmazonDynamoDB dynamo, string table, TenantId tenant, string area, CancellationToken ct)
    {
        var rows = new List<Item>();
        Dictionary<string, AttributeValue>? from = null;
        do
        {
            var page = await dynamo.QueryAsync(
                new QueryRequest
                {
                    TableName = table,
                    KeyConditionExpression = "pk = :pk",
                    ExpressionAttributeValues = new() { [":pk"] = new() { S = Keys.Partition(tenant, area) } },
                    ProjectionExpression = $"pk, sk, {KeyRow.Id}",
                    ConsistentRead = true,
                    ExclusiveStartKey = from,
                },
                ct);
            rows.AddRange((page.Items ?? []).Select(a => new Item(new Key(area, a["sk"].S), a)));
            from = page.LastEvaluatedKey is { Count: > 0 } last ? last : null;
        }
        while (from is not null);

        return rows;
    }

    internal static Task Delete(IAmazonDynamoDB dynamo, string table, TenantId tenant, Key key, CancellationToken ct) =>
        dynamo.DeleteItemAsync(
            new DeleteItemRequest
            {
                TableName = table,
                Key = new() { ["pk"] = new() { S = Keys.Partition(tenant, key.Area) }, ["sk"] = new() { S = key.Sort } },
            },
            ct);
}
