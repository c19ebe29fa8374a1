using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Identity;

/// <summary>
/// From an address to the clinics where it may sign in: rows without authority in the Directory, found by a blind index under
/// the platform's own key. Written by TenantOnboard, read by the function itself.
/// </summary>
internal sealed class LoginPointers(TenantSessions sessions, Keyring keyring)
{
    /// <summary>One address works for at most this many clinics.</summary>
    public const int PerAddressMax = 8;

    /// <summary>The Directory is not re-keyed with the clinics' search epochs.</summary>
    private const int DirectoryEpoch = 1;

    public async Task Put(string email, TenantId tenant, MemberId member, CancellationToken ct)
    {
        var dynamo = (await sessions.For(RoleNames.TenantOnboard, tenant, ct)).Dynamo;
        await dynamo.PutItemAsync(
            new PutItemRequest
            {
                TableName = sessions.Names.Table(CloudParts.Directory),
                Item = await Place(email, tenant, member, ct),
            },
            ct);
    }

    public async Task Delete(string email, TenantId tenant, MemberId member, CancellationToken ct)
    {
        var dynamo = (await sessions.For(RoleNames.TenantOnboard, tenant, ct)).Dynamo;
        await dynamo.DeleteItemAsync(
            new DeleteItemRequest { TableName = sessions.Names.Table(CloudParts.Directory),
                Key = await Place(email, tenant, member, ct) }, ct);
    }

    public async Task<IReadOnlyList<(TenantId Tenant, MemberId Member)>> Find(string email, CancellationToken ct)
    {
        var answer = await sessions.Function.QueryAsync(
            new QueryRequest
            {
                TableName = sessions.Names.Table(CloudParts.Directory),
                KeyConditionExpression = "pk = :pk",
                ExpressionAttributeValues = new() { [":pk"] = new() { S = await Partition(email, ct) } },
                ConsistentRead = true,
                Limit = PerAddressMax,
                ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            },
            ct);
        return [.. (answer.Items ?? []).Select(i => Parse(i["sk"].S))];
    }

    private async Task<Dictionary<string, AttributeValue>> Place(string email, TenantId tenant, MemberId member,
        CancellationToken ct) => new()
    {
        ["pk"] = new() { S = await Partition(email, ct) },
        ["sk"] = new() { S = $"{tenant.Value}#{Keys.Hex(member.Value)}" },
    };

    private async ValueTask<string> Partition(string email, CancellationToken ct) => "L#" + await keyring.WithIndexKey(
        TenantId.Platform, DirectoryEpoch, email, static (k, e) => BlindIndex.Token(k, "login", e, BlindIndex.ExactBytes), ct);

    private static (TenantId Tenant, MemberId Member) Parse(string sort) =>
        (TenantId.Parse(sort[..TenantId.Length]), new MemberId(Guid.ParseExact(sort.AsSpan(TenantId.Length + 1), "N")));
}
