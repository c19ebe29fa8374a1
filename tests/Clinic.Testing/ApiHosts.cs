using System.Collections.Concurrent;
using Clinic.Api;
using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.Testing;

/// <summary>
/// What serves the Api to the tests. CLINIC_TEST_HOST chooses; without it a test assembly's own choice, which stands in its
/// project file as Clinic.TestHost; without that Kestrel.
/// </summary>
internal abstract class ApiHosts : IAsyncDisposable
{
    /// <summary>Where tests connect.</summary>
    public abstract Uri Url { get; }

    /// <summary>What the Api takes for its own origin, and its cookies' home: behind a gateway that is https.</summary>
    public abstract Uri Site { get; }

    /// <summary>Services of one instance.</summary>
    public abstract IServiceProvider Services { get; }

    /// <summary>Services of every instance: each has caches of its own.</summary>
    public abstract IEnumerable<IServiceProvider> AllServices { get; }

    public static Task<ApiHosts> StartAsync(LocalCloud cloud, FakeClock clock, CallBudget? budget = null) =>
        (Environment.GetEnvironmentVariable("CLINIC_TEST_HOST") is { Length: > 0 } chosen
            ? chosen : AppContext.GetData("Clinic.TestHost") as string ?? "kestrel") switch
        {
            "kestrel" => KestrelHost.OpenAsync(cloud, clock, budget),
            "lambda" => LambdaHost.OpenAsync(cloud, clock, budget),
            "published" => PublishedHost.OpenAsync(cloud, clock),
            var other => throw new InvalidOperationException($"CLINIC_TEST_HOST is kestrel, lambda or published, not {other}."),
        };

    public abstract ValueTask DisposeAsync();

    protected static WebApplication Build(
        LocalCloud cloud, FakeClock clock, CallBudget? budget, Action<WebApplicationBuilder> adjust) =>
        ApiHost.Build([], ClinicApp.Access(RoleNames.ApiBase, cloud, budget), b =>
        {
            b.Services.AddSingleton<TimeProvider>(clock);
            b.Logging.ClearProviders().AddProvider(new LogCapture());
            adjust(b);
        });

    protected static Uri Https(Uri url) => new UriBuilder(url) { Scheme = Uri.UriSchemeHttps }.Uri;

    /// <summary>Kestrel in this process.</summary>
    private sealed class KestrelHost(WebApplication app) : ApiHosts
    {
        public override Uri Url { get; } = new(app.Urls.Single());

        public override Uri Site => Url;

        public override IServiceProvider Services => app.Services;

        public override IEnumerable<IServiceProvider> AllServices => [app.Services];

        public static async Task<ApiHosts> OpenAsync(LocalCloud cloud, FakeClock clock, CallBudget? budget)
        {
            var app = Build(cloud, clock, budget, b => b.WebHost.UseUrls("http://127.0.0.1:0"));
            await app.StartAsync();
            return new KestrelHost(app);
        }

        public override ValueTask DisposeAsync() => app.DisposeAsync();
    }

    /// <summary>The Api on Lambda's server in this process, an instance per sandbox, behind an API Gateway.</summary>
    private sealed class LambdaHost(RestGateway gateway, ConcurrentQueue<LambdaSandbox> sandboxes) : ApiHosts
    {
        public override Uri Url => gateway.Url;

        public override Uri Site => Https(Url);

        public override IServiceProvider Services => sandboxes.First().Services;

        public override IEnumerable<IServiceProvider> AllServices => sandboxes.Select(s => s.Services);

        public static async Task<ApiHosts> OpenAsync(LocalCloud cloud, FakeClock clock, CallBudget? budget)
        {
            var sandboxes = new ConcurrentQueue<LambdaSandbox>();
            var gateway = await RestGateway.StartAsync(
                async _ =>
                {
                    var sandbox = await LambdaSandbox.StartAsync(authority =>
                        Build(cloud, clock, budget, b => b.Services.AddAWSLambdaHosting(
                            LambdaEventSource.RestApi, o => o.RuntimeApi = authority)));
                    sandboxes.Enqueue(sandbox);
                    return sandbox;
                },
                new RestGatewayOptions { AnswersProblems = true });
            return new LambdaHost(gateway, sandboxes);
        }

        public override ValueTask DisposeAsync() => gateway.DisposeAsync();
    }

    /// <summary>
    /// The published executable, a process per sandbox, on the machine's clock. The services here, of an Api that
    /// nobody calls, are for what tests do beside HTTP; the processes have their own.
    /// </summary>
    private sealed class PublishedHost(RestGateway gateway, WebApplication beside) : ApiHosts
    {
        private static readonly FunctionLimits Limits = new(TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));

        public override Uri Url => gateway.Url;

        public override Uri Site => Https(Url);

        public override IServiceProvider Services => beside.Services;

        public override IEnumerable<IServiceProvider> AllServices =>
            throw new NotSupportedException("The caches of a published Api are out of a test's reach.");

        public static async Task<ApiHosts> OpenAsync(LocalCloud cloud, FakeClock clock)
        {
            var binary = Environment.GetEnvironmentVariable("CLINIC_API_BINARY") is { Length: > 0 } given
                ? given : Path.Combine(RepositoryRoot(), ".publish", "api", "bootstrap");
            if (!File.Exists(binary))
            {
                throw new InvalidOperationException($"{binary} is not there: publish the functions first.");
            }

            var environment = new Dictionary<string, string>(LocalPrincipals.Environment(RoleNames.ApiBase, cloud.Gate.Url))
            {
                ["CLINIC_STAGE"] = CloudNames.Local.Stage,
                ["CLINIC_ACCOUNT"] = CloudNames.Local.Account,
                ["AWS_LAMBDA_FUNCTION_NAME"] = "clinic-local-api",
                ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "1024",
            };
            var command = new ChildCommand(binary, [], Path.GetDirectoryName(binary)!, environment);
            var gateway = await RestGateway.StartAsync(
                ct => ProcessSandbox.StartAsync("api", command, Limits, LogCapture.Lines.Enqueue, ct),
                new RestGatewayOptions { SandboxesMax = 4, AnswersProblems = true });
            var beside = Build(cloud, clock, null, b => b.WebHost.UseUrls("http://127.0.0.1:0"));
            await beside.StartAsync();
            return new PublishedHost(gateway, beside);
        }

        public override async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await beside.DisposeAsync();
        }

        private static string RepositoryRoot()
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("There is no Serverless.sln above the tests.");
            }

            return folder.FullName;
        }
    }
}

/// <summary>A web application on Lambda's server, in this process, and the Runtime API that it asks for events.</summary>
public sealed class LambdaSandbox : ISandbox
{
    private static readonly FunctionLimits Limits = new(TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));

    private readonly RuntimeApi runtime;
    private readonly WebApplication app;

    private LambdaSandbox(RuntimeApi runtime, WebApplication app)
    {
        this.runtime = runtime;
        this.app = app;
    }

    public IServiceProvider Services => app.Services;

    /// <param name="build">Makes the application for a Runtime API, given as host and port.</param>
    public static async Task<LambdaSandbox> StartAsync(Func<string, WebApplication> build)
    {
        var runtime = await RuntimeApi.StartAsync("arn:aws:lambda:local:api", Limits, TimeProvider.System);
        var app = build(runtime.Authority);
        await app.StartAsync();
        return new LambdaSandbox(runtime, app);
    }

    public Task<ReadOnlyMemory<byte>> InvokeAsync(ReadOnlyMemory<byte> payload) => runtime.InvokeAsync(payload);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await runtime.DisposeAsync();
    }
}
