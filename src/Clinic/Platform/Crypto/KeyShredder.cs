using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;

namespace Clinic.Platform.Crypto;

/// <summary>
/// Destroys a tenant's own keys: what they sealed is unreadable from then on, wherever a copy of it is (RET-7). Only the
/// retention worker may become TenantShred. Safe to call again: what is gone already is not missed.
/// </summary>
internal sealed class KeyShredder(TenantSessions sessions, Keyring keyring)
{
    public Task Destroy(TenantId tenant, CancellationToken ct) => Destroy(tenant, "", Enum.GetValues<TenantPurpose>(), ct);

    /// <summary>All versions of the key of one purpose.</summary>
    public Task Destroy(TenantId tenant, TenantPurpose purpose, CancellationToken ct) =>
        Destroy(tenant, purpose.Name() + "#", [purpose], ct);

    private async Task Destroy(TenantId tenant, string sortPrefix, TenantPurpose[] purposes, CancellationToken ct)
    {
        var dynamo = (await sessions.For(RoleNames.TenantShred, tenant, ct)).Dynamo;
        var table = sessions.Names.Table(CloudParts.Keys);
        var area = Keys.Partition(tenant, Keys.TenantKeyArea);
        Dictionary<string, AttributeValue>? from = null;
        do
        {
            var page = await dynamo.QueryAsync(
                new QueryRequest
                {
                    TableName = table,
                    KeyConditionExpression = "pk = :pk",
                    ExpressionAttributeValues = new() { [":pk"] = new() { S = area } },
                    ProjectionExpression = "pk, sk",
                    ConsistentRead = true,
                    ExclusiveStartKey = from,
                },
                ct);
            foreach (var place in (page.Items ?? []).Where(i => i["sk"].S.StartsWith(sortPrefix, StringComparison.Ordinal)))
            {
                await dynamo.DeleteItemAsync(new DeleteItemRequest { TableName = table, Key = place }, ct);
            }

            from = page.LastEvaluatedKey is { Count: > 0 } last ? last : null;
        }
        while (from is not null);

        foreach (var purpose in purposes)
        {
            keyring.Forget(tenant, KeyRef.Of(purpose));
        }
    }
}
