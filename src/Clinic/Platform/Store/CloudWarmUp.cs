using Amazon.DynamoDBv2.Model;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;

namespace Clinic.Platform.Store;

/// <summary>
/// Opens connections before anybody waits for them. A connection belongs to the process, whoever's credentials go over it, so
/// the first client of every clinic finds it open.
/// </summary>
internal sealed class CloudWarmUp(AwsAccess aws, TenantSessions sessions)
{
    public Task Connect(CancellationToken ct) => Task.WhenAll(ReadNothing(ct), ReachKms(ct), ReachSts(ct));

    /// <summary>
    /// Reads a session that cannot exist, on the function's own role: signing, marshalling and the connection to DynamoDB are
    /// warm afterwards, and nothing was read.
    /// </summary>
    private async Task ReadNothing(CancellationToken ct)
    {
        var key = Keys.Session(SessionToken.Draw(TenantId.Platform).StoredHash);
        await sessions.Function.GetItemAsync(
            new GetItemRequest
            {
                TableName = aws.Names.Table(CloudParts.Records),
                Key = new()
                {
                    ["pk"] = new() { S = Keys.Partition(TenantId.Platform, key.Area) },
                    ["sk"] = new() { S = key.Sort },
                },
            },
            ct);
    }

    /// <summary>Unsigned, because the function's own role may use no key: refused, over a connection that stays.</summary>
    private async Task ReachKms(CancellationToken ct)
    {
        using var kms = aws.Kms(new AnonymousAWSCredentials());
        await Reach(() => kms.DescribeKeyAsync(
            new DescribeKeyRequest { KeyId = aws.Names.KmsAlias(CloudParts.TenantWrap) }, ct));
    }

    private async Task ReachSts(CancellationToken ct)
    {
        using var sts = aws.Sts();
        await Reach(() => sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), ct));
    }

    private static async Task Reach(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (AmazonServiceException)
        {
            // The service answered, which is all that was wanted of it.
        }
    }
}
