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
/// of AssumeRole per pair; bounded. They are renewed well before they end, and used on while STS cannot be reached.
/// </summary>
internal class TenantSessions(AwsAccess aws, TimeProvider clock) : IDisposable
{
    /// <summary>Role chaining allows one hour at the most.</summary>
    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(1);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(50);

    /// <summary>A call that begins now must not outlive its credentials.</summary>
    private static readonly TimeSpan UsableFor = SessionLength - TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RenewalPause = TimeSpan.FromSeconds(30);
    public const int SessionsMax = 512;

    private readonly ConcurrentDictionary<(string Role, TenantId Tenant), Flight> flights = new();
    private readonly Lazy<IAmazonSecurityTokenService> sts = new(aws.Sts);
    private readonly Lazy<IAmazonDynamoDB> function = new(() => aws.DynamoDb(aws.FunctionOrEnvironment));

    /// <summary>The function's own client: for Api, sessions and tenant states and nothing more.</summary>
    public IAmazonDynamoDB Function => function.Value;

    /// <summary>How many are held now; never more than <see cref="SessionsMax"/> and the few being made.</summary>
    public int Held => flights.Count;

    public CloudNames Names => aws.Names;

    public CallBudget Budget => aws.Budget;

    /// <summary>
    /// Can be overridden, and is by nothing but the tests of the walls, where it gives the attacker's session for any clinic.
    /// </summary>
    /// <param name="ct">Ends this caller's wait. The flight goes on: others wait for it too.</param>
    public virtual async ValueTask<TenantClients> For(string role, TenantId tenant, CancellationToken ct)
    {
        var whom = (role, tenant);
        var flight = flights.GetOrAdd(whom, Depart);
        var age = clock.GetElapsedTime(flight.StartedAt);
        if (age > UsableFor)
        {
            var fresh = Depart(whom);
            flight = flights.TryUpdate(whom, fresh, flight) ? fresh : flights.GetOrAdd(whom, Depart);
        }
        else if (age > RenewAfter && flight.MayRenew(clock, RenewalPause))
        {
            _ = Renew(whom, flight);
        }

        return await flight.Clients.Value.WaitAsync(ct);
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
        GC.SuppressFinalize(this);
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

        Flight? flight = null;
        flight = new Flight(clock.GetTimestamp(), new Lazy<Task<TenantClients>>(() => Fly(whom, flight!)));
        return flight;
    }

    /// <summary>A failed flight must not be what everybody after it is given.</summary>
    private async Task<TenantClients> Fly((string Role, TenantId Tenant) whom, Flight flight)
    {
        try
        {
            return await Assume(whom.Role, whom.Tenant);
        }
        catch
        {
            flights.TryRemove(new KeyValuePair<(string, TenantId), Flight>(whom, flight));
            throw;
        }
    }

    /// <summary>Beside the calls that go on with the old ones; when it fails, they are good for a while yet.</summary>
    private async Task Renew((string Role, TenantId Tenant) whom, Flight old)
    {
        var fresh = Depart(whom);
        await ((Task)fresh.Clients.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (fresh.Clients.Value.IsCompletedSuccessfully)
        {
            flights.TryUpdate(whom, fresh, old);
        }
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

    private sealed class Flight(long startedAt, Lazy<Task<TenantClients>> clients)
    {
        private long renewedAt;

        public long StartedAt => startedAt;

        public Lazy<Task<TenantClients>> Clients => clients;

        /// <summary>
        /// True for one caller, and again for one after the pause: an unreachable STS is not asked by every call.
        /// </summary>
        public bool MayRenew(TimeProvider clock, TimeSpan pause)
        {
            var last = Interlocked.Read(ref renewedAt);
            return (last == 0 || clock.GetElapsedTime(last) > pause)
                && Interlocked.CompareExchange(ref renewedAt, clock.GetTimestamp(), last) == last;
        }
    }
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
