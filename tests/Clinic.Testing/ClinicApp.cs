using System.Text.Json.Nodes;
using Amazon.Runtime;
using Clinic.Documents;
using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;
using Clinic.Identity;
using Clinic.Tenancy;
using Clinic.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.Testing;

/// <summary>
/// The whole product in a test process: the Api behind real HTTP, by Kestrel or as on Lambda, real stand-ins behind the policy
/// gate, the workers fed through real queues. Started once per test assembly; tests speak HTTP and move the clock.
/// </summary>
public sealed class ClinicApp : IAsyncDisposable
{
    private static readonly Lazy<Task<ClinicApp>> Shared = new(() => StartAsync());

    private readonly LocalCloud cloud;
    private readonly ApiHosts api;
    private readonly Dictionary<QueueSpec, ServiceProvider> workers;
    private readonly Dictionary<QueueSpec, WorkerProcess> processes;

    private ClinicApp(
        LocalCloud cloud, ApiHosts api, Dictionary<QueueSpec, ServiceProvider> workers,
        Dictionary<QueueSpec, WorkerProcess> processes, FakeClock clock, GateWatch gate)
    {
        this.cloud = cloud;
        this.api = api;
        this.workers = workers;
        this.processes = processes;
        Raw = new RawTables(cloud.StandIns.DynamoDb, gate.Written);
        Clock = clock;
        Gate = gate;
        Mail = new Mailbox(cloud.StandIns.MailPage);
    }

    public Uri Url => api.Url;

    /// <summary>What the Api takes for its own origin, and its cookies' home: https behind a gateway.</summary>
    public Uri Site => api.Site;

    public FakeClock Clock { get; }

    public Mailbox Mail { get; }

    /// <summary>What really stands in the tables.</summary>
    public RawTables Raw { get; }

    /// <summary>What passes the policy gate, and where a test breaks it.</summary>
    public GateWatch Gate { get; }

    /// <summary>For sweeps over routes; scenario tests use HTTP.</summary>
    public IServiceProvider ApiServices => api.Services;

    public LocalCloud Cloud => cloud;

    public static Task<ClinicApp> Get() => Shared.Value;

    /// <param name="asProcesses">Queues whose worker is a process of its own, on the machine's clock; the others run
    /// here.</param>
    /// <param name="budget">How long calls and requests may take, where a test breaks them; null takes the product's.</param>
    public static async Task<ClinicApp> StartAsync(
        bool evaluatePolicies = true, CallBudget? budget = null, params IReadOnlyList<QueueSpec> asProcesses)
    {
        var clock = new FakeClock();
        var watch = new GateWatch();
        var cloud = await LocalCloud.StartAsync(
            new StandInOptions { Visibility = TimeSpan.FromSeconds(3) }, clock, _ => { },
            o => watch.On(o) with { Evaluate = evaluatePolicies });
        cloud.Serve(FunctionNames.Thumbnails, ThumbnailProcess.StartAsync);
        var api = await ApiHosts.StartAsync(cloud, clock, budget);
        var url = api.Url;
        var processes = new Dictionary<QueueSpec, WorkerProcess>();
        foreach (var queue in asProcesses)
        {
            processes[queue] = await WorkerProcess.StartAsync(queue, cloud, url);
            await cloud.ServeAsync(queue, processes[queue].Invoke, LogCapture.Lines.Enqueue);
        }

        var workers = new Dictionary<QueueSpec, ServiceProvider>();
        foreach (var queue in CloudParts.Queues.Except(asProcesses))
        {
            var services = WorkerHost.Build(
                Access(RoleNames.Worker(queue.Name), cloud, budget), new MailSettings("hello@clinic.example", url),
                s => s.AddSingleton<TimeProvider>(clock).AddSingleton(new MalwareScan(true))
                    .AddLogging(l => l.ClearProviders().AddProvider(new LogCapture())));
            workers[queue] = services;
            var function = services.QueueFunction(queue);
            await cloud.ServeAsync(
                queue,
                (_, payload, ct) =>
                {
                    Overheard.Messages.Enqueue(System.Text.Encoding.UTF8.GetString(payload.Span));
                    return function(payload, ct);
                },
                LogCapture.Lines.Enqueue);
        }

        var app = new ClinicApp(cloud, api, workers, processes, clock, watch);
        await app.BootstrapPlatform();
        return app;
    }

    public ClinicClient Client() => new(Url, Site);

    /// <summary>The worker of a queue that runs as a process.</summary>
    public WorkerProcess Process(QueueSpec queue) => processes[queue];

    /// <summary>Of the worker of a queue that runs here: on its roles and no others.</summary>
    public IServiceProvider WorkerServices(QueueSpec queue) => workers[queue];

    /// <summary>The minute's work of the clocks, now: returns when it is done.</summary>
    public async Task Tick()
    {
        var done = await workers[CloudParts.Retention].GetRequiredService<Platform.Clocks.DueClocks>()
            .Run(CancellationToken.None);
        Xunit.Assert.True(done.Holds(out _));
    }

    /// <summary>A clinic that signed up, confirmed, with its owner signed in.</summary>
    public Task<SignedUpClinic> SignUpClinic(string? name = null) => SignUpClinic(Samples.SignUp(name));

    public async Task<SignedUpClinic> SignUpClinic(JsonObject request)
    {
        var clinic = await SignUpUnconfirmed(request);
        await Confirm(clinic);
        await Mail.Await(clinic.Email, "Welcome");
        var signedIn = await clinic.Owner.SignIn(clinic.Email, clinic.Password);
        signedIn.Expect(System.Net.HttpStatusCode.Created);
        return clinic;
    }

    public Task<SignedUpClinic> SignUpUnconfirmed(string? name = null) => SignUpUnconfirmed(Samples.SignUp(name));

    private async Task<SignedUpClinic> SignUpUnconfirmed(JsonObject request)
    {
        var client = Client();
        var answer = (await client.Post("/v1/clinics", request)).Expect(System.Net.HttpStatusCode.Accepted);
        return new SignedUpClinic(
            client, answer.Json["clinic"]!.GetValue<string>(), request["owner"]!["email"]!.GetValue<string>(),
            request["owner"]!["password"]!.GetValue<string>(), request["clinic"]!["name"]!.GetValue<string>());
    }

    public async Task Confirm(SignedUpClinic clinic)
    {
        var mail = await Mail.Await(clinic.Email, "Confirm");
        var answer = await clinic.Owner.Post("/v1/clinics/confirmations", new JsonObject { ["token"] = TokenIn(mail) });
        answer.Expect(System.Net.HttpStatusCode.NoContent);
    }

    /// <summary>Of a link with its token in the fragment.</summary>
    public static string TokenIn(ReceivedMail mail) =>
        mail.Text.Split(["/confirm#", "/release#", "/join#"], StringSplitOptions.None)[1].Split('\n')[0].Trim();

    /// <summary>An operator of the platform, signed in.</summary>
    public async Task<ClinicClient> SignInOperator()
    {
        var (email, password) = ($"ops-{Guid.CreateVersion7():N}@platform.example", "saffron lantern orchard");
        var added = await Tenancy.BootstrapPlatform.AddOperator(
            api.Services.GetRequiredService<TenantStores>(), api.Services.GetRequiredService<LoginPointers>(), Clock,
            "Olga Operator", email, password,
            CancellationToken.None);
        Xunit.Assert.True(added.Holds(out _, out _));
        var client = Client();
        (await client.SignIn(email, password)).Expect(System.Net.HttpStatusCode.Created);
        return client;
    }

    /// <summary>What five minutes do: the identity key of one patient leaves the Api's cache.</summary>
    public void ForgetKeys(string clinic, string patient)
    {
        foreach (var services in api.AllServices)
        {
            services.GetRequiredService<Keyring>().Forget(
                TenantId.Parse(clinic), KeyRef.Of(new PatientId(Guid.Parse(patient)), KeyClass.Identity));
        }
    }

    /// <summary>
    /// What an Api process knows that has served this clinic and read this patient a minute ago: on Lambda a request may meet any
    /// of them.
    /// </summary>
    public async Task KnowClinic(string clinic, string? patient = null)
    {
        var tenant = TenantId.Parse(clinic);
        foreach (var services in api.AllServices)
        {
            await services.GetRequiredService<TenantSessions>().For(RoleNames.TenantData, tenant, CancellationToken.None);
            var keyring = services.GetRequiredService<Keyring>();
            await keyring.Find(tenant, KeyRef.Of(TenantPurpose.Index), CancellationToken.None);
            if (patient is not null)
            {
                var id = new PatientId(Guid.Parse(patient));
                await keyring.Find(tenant, KeyRef.Of(id, KeyClass.Identity), CancellationToken.None);
                await keyring.Find(tenant, KeyRef.Of(id, KeyClass.Clinical), CancellationToken.None);
            }
        }
    }

    /// <summary>What a new process knows: no credentials and no keys of this clinic.</summary>
    public void ForgetClinic(string clinic)
    {
        var tenant = TenantId.Parse(clinic);
        foreach (var services in api.AllServices)
        {
            services.GetRequiredService<TenantSessions>().Forget(tenant);
            foreach (var purpose in Enum.GetValues<TenantPurpose>())
            {
                services.GetRequiredService<Keyring>().Forget(tenant, KeyRef.Of(purpose));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await api.DisposeAsync();
        await cloud.DisposeAsync();
        foreach (var worker in workers.Values)
        {
            await worker.DisposeAsync();
        }

        foreach (var process in processes.Values)
        {
            await process.DisposeAsync();
        }

        Raw.Dispose();
    }

    /// <summary>Access to the cloud as the function of a role, through the gate.</summary>
    public static AwsAccess Access(string role, LocalCloud cloud, CallBudget? budget = null) => new(
        CloudNames.Local, cloud.Gate.Url, new BasicAWSCredentials(LocalPrincipals.AccessKey(role),
            LocalPrincipals.SecretKey(role))) { Budget = budget ?? new CallBudget() };

    private async Task BootstrapPlatform()
    {
        var done = await Tenancy.BootstrapPlatform.Ensure(
            api.Services.GetRequiredService<TenantStores>(), api.Services.GetRequiredService<KeyMaker>(), CancellationToken.None);
        Xunit.Assert.True(done.Holds(out _));
    }
}

/// <param name="Owner">The owner's browser.</param>
public sealed record SignedUpClinic(ClinicClient Owner, string Id, string Email, string Password, string Name);
