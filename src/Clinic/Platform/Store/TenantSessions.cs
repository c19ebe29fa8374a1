using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;

namespace Clinic.Platform.Store;

/// <summary>
/// Clients on credentials of one role and one tenant: the second wall (ISO-1). Each pair has its own clients; one flight
/// of AssumeRole per pair; bounded; refreshed before they end.
/// </summary>
internal sealed class TenantSessions(AwsAccess aws, TimeProvider clock) : IDisposable
{
    /// <summary>Role chaining allows one hour at the most.</summary>
    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(1);
    private static readonly TimeSpan RefreshBefore = TimeSpan.FromMinutes(10);
    private const int SessionsMax = 512;

    private readonly ConcurrentDictionary<(string Role, TenantId Tenant), Flight> flights = new();
    private readonly Lazy<IAmazonSecurityTokenService> sts = new(aws.Sts);
    private readonly Lazy<IAmazonDynamoDB> function = new(() => aws.DynamoDb(aws.FunctionOrEnvironment));

    /// <summary>The function's own client: for Api, sessions and tenant states and nothing more.</summary>
    public IAmazonDynamoDB Function => function.Value;

    public CloudNames Names => aws.Names;

    public async ValueTask<TenantClients> For(string role, TenantId tenant)
    {
        var flight = flights.GetOrAdd((role, tenant), Depart);
        if (clock.GetElapsedTime(flight.StartedAt) > SessionLength - RefreshBefore)
        {
            var fresh = Depart((role, tenant));
            flight = flights.TryUpdate((role, tenant), fresh, flight) ? fresh : flights.GetOrAdd((role, tenant), Depart);
        }

        try
        {
            return await flight.Clients.Value;
        }
        catch
        {
            // A failed flight must not be what everybody after it is given.
            flights.TryRemove(new KeyValuePair<(string, TenantId), Flight>((role, tenant), flight));
            throw;
        }
    }

    /// <summary>Drops what is cached for a clinic, for example when it is frozen.</summary>
    public void Forget(TenantId tenant)
    {
        foreach (var key in flights.Keys.Where(k => k.Tenant == tenant))
        {
            flights.TryRemove(key, out _);
        }
    }

    public void Dispose()
    {
        flights.Clear();
        if (function.IsValueCreated)
        {
            function.Value.Dispose();
        }

        if (sts.IsValueCreated)
        {
            sts.Value.Dispose();
        }
    }

    private Flight Depart((string Role, TenantId Tenant) whom)
    {
        if (flights.Count >= SessionsMax)
        {
            foreach (var key in flights.OrderBy(f => f.Value.StartedAt).Take(SessionsMax / 4).Select(f => f.Key).ToList())
            {
                flights.TryRemove(key, out _);
            }
        }

        return new Flight(clock.GetTimestamp(), new Lazy<Task<TenantClients>>(() => Assume(whom.Role, whom.Tenant)));
    }

    private async Task<TenantClients> Assume(string role, TenantId tenant)
    {
        var assumed = await sts.Value.AssumeRoleAsync(new AssumeRoleRequest
        {
            RoleArn = aws.Names.RoleArn(role),
            RoleSessionName = tenant.Value,
            DurationSeconds = (int)SessionLength.TotalSeconds,
            Tags = RoleNames.IsTagged(role) ? [new Tag { Key = RoleNames.TenantTag, Value = tenant.Value }] : null,
        });
        var credentials = new SessionAWSCredentials(
            assumed.Credentials.AccessKeyId, assumed.Credentials.SecretAccessKey, assumed.Credentials.SessionToken);
        return new TenantClients(aws, credentials);
    }

    private sealed record Flight(long StartedAt, Lazy<Task<TenantClients>> Clients);
}

/// <summary>Clients of one tenant session; made when first used.</summary>
internal sealed class TenantClients(AwsAccess aws, AWSCredentials credentials)
{
    private readonly Lazy<IAmazonDynamoDB> dynamo = new(() => aws.DynamoDb(credentials));
    private readonly Lazy<IAmazonKeyManagementService> kms = new(() => aws.Kms(credentials));
    private readonly Lazy<IAmazonS3> s3 = new(() => aws.S3(credentials));

    public IAmazonDynamoDB Dynamo => dynamo.Value;

    public IAmazonKeyManagementService Kms => kms.Value;

    public IAmazonS3 S3 => s3.Value;
}
