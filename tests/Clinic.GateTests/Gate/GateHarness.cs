using Amazon;
using Amazon.DynamoDBv2;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;

namespace Clinic.GateTests.Gate;

/// <summary>A gate before a fake upstream, and the real SDK clients that a function would use.</summary>
internal sealed class GateHarness : IAsyncDisposable
{
    private readonly List<IDisposable> _clients = [];

    private GateHarness(FakeUpstream upstream, GateServer gate, MovedClock clock, List<GateDecision> decisions)
    {
        Upstream = upstream;
        Gate = gate;
        Clock = clock;
        Decisions = decisions;
    }

    public FakeUpstream Upstream { get; }

    public GateServer Gate { get; }

    public MovedClock Clock { get; }

    public List<GateDecision> Decisions { get; }

    public static async Task<GateHarness> StartAsync(Func<GateOptions, GateOptions>? change = null)
    {
        var upstream = await FakeUpstream.StartAsync();
        var clock = new MovedClock();
        var decisions = new List<GateDecision>();
        var options = new GateOptions
        {
            DynamoDb = upstream.Url,
            S3 = upstream.Url,
            Ses = upstream.Url,
            Clock = clock,
            WireClock = clock,
            Observe = decision =>
            {
                lock (decisions) { decisions.Add(decision); }
            },
        };
        return new GateHarness(upstream, await GateServer.StartAsync(change?.Invoke(options) ?? options), clock, decisions);
    }

    public static AWSCredentials Function(string role) =>
        new BasicAWSCredentials(LocalPrincipals.AccessKey(role), LocalPrincipals.SecretKey(role));

    public async Task<AWSCredentials> AssumeAsync(string role, string? tenant, string by = RoleNames.ApiBase)
    {
        var request = new AssumeRoleRequest { RoleArn = CloudNames.Local.RoleArn(role), RoleSessionName = "test" };
        if (tenant is not null) { request.Tags = [new Tag { Key = RoleNames.TenantTag, Value = tenant }]; }
        return (await Sts(Function(by)).AssumeRoleAsync(request)).Credentials;
    }

    public AmazonDynamoDBClient Dynamo(AWSCredentials credentials) =>
        Keep(new AmazonDynamoDBClient(credentials, To(new AmazonDynamoDBConfig())));

    public AmazonKeyManagementServiceClient Kms(AWSCredentials credentials) =>
        Keep(new AmazonKeyManagementServiceClient(credentials, To(new AmazonKeyManagementServiceConfig())));

    public AmazonSecurityTokenServiceClient Sts(AWSCredentials credentials) =>
        Keep(new AmazonSecurityTokenServiceClient(credentials, To(new AmazonSecurityTokenServiceConfig())));

    public AmazonS3Client S3(AWSCredentials credentials) =>
        Keep(new AmazonS3Client(credentials, To(new AmazonS3Config { ForcePathStyle = true })));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) { client.Dispose(); }
        await Gate.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private T Keep<T>(T client)
        where T : IDisposable
    {
        _clients.Add(client);
        return client;
    }

    private T To<T>(T config)
        where T : ClientConfig
    {
        config.ServiceURL = Gate.Url.ToString();
        config.AuthenticationRegion = RegionEndpoint.APSouth1.SystemName;
        config.MaxErrorRetry = 0;
        return config;
    }
}

/// <summary>The machine's clock, moved by what a test adds.</summary>
internal sealed class MovedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
