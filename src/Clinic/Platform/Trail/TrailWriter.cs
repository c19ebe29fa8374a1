using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Condition = Clinic.Platform.Store.Condition;

namespace Clinic.Platform.Trail;

/// <summary>
/// Writes entries: alone for reads and refusals, or as a member of a transaction. An entry that cannot be written fails the
/// request: no audit, no answer (AUD-1).
/// </summary>
internal sealed class TrailWriter(TenantSessions sessions, Keyring keyring, AuditChains chains, TimeProvider clock)
{
    private const string HashAttribute = "h";

    public async Task Write(AuditEntry entry, CancellationToken ct)
    {
        var dynamo = (await sessions.For(entry.Caller.StoreRole, entry.Caller.Tenant, ct)).Dynamo;
        var pending = await Prepare(entry, static _ => null, ct);
        var attributes = new Dictionary<string, AttributeValue>(pending.Row.Attributes)
        {
            ["pk"] = new() { S = Keys.Partition(pending.Tenant, pending.Row.Key.Area) },
            ["sk"] = new() { S = pending.Row.Key.Sort },
        };
        try
        {
            await dynamo.PutItemAsync(
                new PutItemRequest
                {
                    TableName = sessions.Names.Table(CloudParts.Audit),
                    Item = attributes,
                    ConditionExpression = Condition.Absent.Expression,
                    ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
                    ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
                },
                ct);
        }
        catch (ConditionalCheckFailedException there) when (IsThis(pending, there))
        {
            // The answer of an earlier try was lost: this very entry is written.
        }

        Settle(pending);
    }

    /// <summary>
    /// The sealed row with its place in a chain. Settle it, or say that it was not written; neither means doubt.
    /// </summary>
    public async Task<PendingEntry> Prepare(AuditEntry entry, Func<KeyRef, DataKeySet?> fresh, CancellationToken ct)
    {
        var tenant = entry.Caller.Tenant;
        var slot = chains.Rent(tenant);
        var row = AuditRow.Make(entry, clock.GetUtcNow(), slot.Next);
        try
        {
            foreach (var part in row.Seals)
            {
                var aad = SealedPlace.Aad(tenant, CloudParts.Audit, row, part.Name);
                row.Set(part.Name, await keyring.Seal(KeyUser.Of(entry.Caller), part.Key, fresh, part.Plain, aad, ct));
            }
        }
        catch
        {
            // Not even begun: the chain goes on here, or an outage of the keys would end all of them.
            chains.NotWritten(tenant, slot);
            throw;
        }

        var hash = AuditRow.Hash(Keys.Partition(tenant, row.Key.Area), row);
        row.Set(HashAttribute, hash);
        return new PendingEntry(tenant, slot, row, hash);
    }

    private static bool IsThis(PendingEntry pending, ConditionalCheckFailedException there) =>
        there.Item?.GetValueOrDefault(HashAttribute)?.B is { } hash && hash.ToArray().AsSpan().SequenceEqual(pending.Hash);

    public void Settle(PendingEntry entry) => chains.Settled(entry.Tenant, entry.Slot, entry.Hash);

    public void NotWritten(PendingEntry entry) => chains.NotWritten(entry.Tenant, entry.Slot);
}

internal sealed record PendingEntry(TenantId Tenant, ChainSlot Slot, Item Row, byte[] Hash);
