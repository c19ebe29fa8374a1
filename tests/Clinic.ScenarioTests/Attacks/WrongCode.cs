using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>
/// The product with its first wall removed: the same code, for the victim, on sessions of the attacker. What a wrong line in
/// Platform/Store would do, whichever line it is.
/// </summary>
internal sealed class WrongCode : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly TenantId attacker;
    private readonly TenantId victim;

    public WrongCode(AwsAccess aws, TimeProvider clock, TenantId attacker, TenantId victim)
    {
        (this.attacker, this.victim) = (attacker, victim);
        var parts = new ServiceCollection().AddLogging(l => l.ClearProviders().AddProvider(new LogCapture()));
        parts.AddSingleton(clock);
        parts.AddClinic(aws);
        parts.AddSingleton<TenantSessions>(new SessionsOf(aws, clock, attacker));
        services = parts.BuildServiceProvider();
    }

    /// <summary>The victim's store, as the product would make it.</summary>
    public TenantStore Store => services.GetRequiredService<TenantStores>().For(Caller.System(victim, "attack", "attack"));

    public T Part<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Clients of the attacker's own session, for calls that no line of the product makes.</summary>
    public async Task<TenantClients> Session(string role = RoleNames.TenantData) =>
        await Part<TenantSessions>().For(role, attacker, CancellationToken.None);

    public async Task<Loot> Get(params Key[] keys) =>
        Loot.Of(CloudParts.Records, attacker, victim, await Store.GetMany(keys, CancellationToken.None));

    public async Task<Loot> Query(string area, string sortPrefix = "") => Loot.Of(
        CloudParts.Records, attacker, victim,
        (await Store.Query(area, sortPrefix, Page<Item>.SizeMax, null, newestFirst: false, CancellationToken.None)).Items);

    /// <summary>Wrapped keys, as Keyring reads them.</summary>
    public async Task<Loot> QueryKeys(string area)
    {
        var answer = await (await Session()).Dynamo.QueryAsync(new QueryRequest
        {
            TableName = CloudNames.Local.Table(CloudParts.Keys),
            KeyConditionExpression = "pk = :pk",
            ExpressionAttributeValues = new() { [":pk"] = new() { S = Keys.Partition(victim, area) } },
            ConsistentRead = true,
        });
        var rows = (answer.Items ?? []).Select(row => new Item(new Key(area, row["sk"].S), row));
        return Loot.Of(CloudParts.Keys, attacker, victim, rows);
    }

    /// <summary>An object, as SealedSpill reads it.</summary>
    public async Task<Loot> GetObject(BucketSpec bucket, string place) => Loot.Of(
        attacker, victim, place, await Part<SealedSpill>().Get(victim, bucket, place, CancellationToken.None));

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private sealed class SessionsOf(AwsAccess aws, TimeProvider clock, TenantId only) : TenantSessions(aws, clock)
    {
        public override ValueTask<TenantClients> For(string role, TenantId tenant, CancellationToken ct) =>
            base.For(role, only, ct);
    }
}
