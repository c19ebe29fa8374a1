using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Platform.Trail;

/// <summary>Reads a clinic's trail on a role that may do nothing else.</summary>
internal sealed class TrailReader(TenantSessions sessions, Keyring keyring)
{
    /// <summary>Entries of one hour, newest first, older than a sort key. The shards are asked at once and merged.</summary>
    public async Task<IReadOnlyList<Item>> Hour(TenantId tenant, DateTimeOffset hour, string beforeSort, int size,
        CancellationToken ct)
    {
        var dynamo = (await sessions.For(RoleNames.TenantAuditRead, tenant, ct)).Dynamo;
        var shards = await Task.WhenAll(Enumerable.Range(0, AuditRow.Shards).Select(async shard =>
        {
            var area = Keys.AuditArea(hour, shard);
            var answer = await dynamo.QueryAsync(
                new QueryRequest
                {
                    TableName = sessions.Names.Table(CloudParts.Audit),
                    KeyConditionExpression = "pk = :pk AND sk < :before",
                    ExpressionAttributeValues = new()
                    {
                        [":pk"] = new() { S = Keys.Partition(tenant, area) },
                        [":before"] = new() { S = beforeSort },
                    },
                    ConsistentRead = true,
                    ScanIndexForward = false,
                    Limit = size,
                    ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
                },
                ct);
            return (answer.Items ?? []).Select(a => new Item(new Store.Key(area, a["sk"].S), a)).ToList();
        }));
        return [.. shards.SelectMany(s => s).OrderByDescending(i => i.Key.Sort, StringComparer.Ordinal).Take(size)];
    }

    /// <summary>Address, device and term; null when there are none, or when their key was destroyed.</summary>
    public Task<byte[]?> Detail(TenantId tenant, Item row, CancellationToken ct) =>
        Open(tenant, row, AuditRow.DetailAttribute, KeyRef.Of(TenantPurpose.AuditDetail), ct);

    /// <summary>Before and after; null when there are none, or when the data was erased with its key.</summary>
    public Task<byte[]?> Changes(TenantId tenant, Item row, CancellationToken ct)
    {
        var key = row.Text("pat") is { } patient && row.Text(AuditRow.ChangesClassAttribute) is { } name
            ? KeyRef.Named(new PatientId(Guid.ParseExact(patient, "N")), name)
            : (KeyRef?)null;
        return key is null ? Task.FromResult<byte[]?>(null) : Open(tenant, row, AuditRow.ChangesAttribute, key.Value, ct);
    }

    private async Task<byte[]?> Open(TenantId tenant, Item row, string attribute, KeyRef key, CancellationToken ct)
    {
        if (row.Bytes(attribute) is not { } sealedBytes)
        {
            return null;
        }

        try
        {
            return await keyring.Open(tenant, key, sealedBytes, SealedPlace.Aad(tenant, CloudParts.Audit, row, attribute), ct);
        }
        catch (KeyGoneException)
        {
            // Erased: the entry stands and verifies, what it told about her does not.
            return null;
        }
    }
}
