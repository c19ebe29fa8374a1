using Clinic.Local.Gate;
using Clinic.Platform.Cloud;

namespace Clinic.Local;

/// <summary>
/// Api and workers as processes of their own, each with the credentials of its own role: what Lambda would run. The workers speak
/// the Lambda Runtime API; the Api answers HTTP by Kestrel, or events behind an API Gateway.
/// </summary>
internal sealed class Functions(LocalCloud cloud, Uri apiUrl, bool apiOnLambda, Action<string> trouble) : IAsyncDisposable
{
    private static readonly FunctionLimits Limits = new(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(30));
    private static readonly FunctionLimits ApiLimits = Limits with { Invocation = TimeSpan.FromSeconds(29) };

    private static readonly FunctionLimits ThumbnailLimits = Limits with { Invocation = TimeSpan.FromSeconds(30) };

    /// <summary>Each is a process of some 100 MB.</summary>
    private const int ApiSandboxesMax = 4;
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> running = [];

    public Uri ApiUrl => apiUrl;

    public async Task StartAsync(CancellationToken ct)
    {
        running.Add(apiOnLambda ? await StartGateway(ct) : StartKestrel());
        ServeThumbnails();
        var workers = await Task.WhenAll(CloudParts.Queues.Select(q => StartWorker(q, ct)));
        await AwaitApi(ct);
        await Task.WhenAll(workers.Select(w => w.Ready)).WaitAsync(StartWithin, ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(running))
        {
            await part.DisposeAsync();
        }
    }

    private FunctionProcess StartKestrel() => new("api", Command("Clinic.Api", RoleNames.ApiBase, new()
    {
        ["ASPNETCORE_URLS"] = apiUrl.ToString().TrimEnd('/'),
    }), null, Quiet);

    private Task<RestGateway> StartGateway(CancellationToken ct)
    {
        // Behind the gateway a request is https, whatever its browser was told: its origin has to be named.
        var command = Command("Clinic.Api", RoleNames.ApiBase, new() { ["CLINIC_ORIGINS"] = apiUrl.ToString().TrimEnd('/') });
        return RestGateway.StartAsync(
            token => ProcessSandbox.StartAsync("api", command, ApiLimits, Quiet, token),
            new RestGatewayOptions { Port = apiUrl.Port, SandboxesMax = ApiSandboxesMax, AnswersProblems = true }, ct);
    }

    private async Task<RuntimeApi> StartWorker(QueueSpec queue, CancellationToken ct)
    {
        var runtime = await RuntimeApi.StartAsync(
            $"arn:aws:lambda:{CloudNames.Region}:{CloudNames.Local.Account}:function:clinic-local-{queue.Name}", Limits,
            TimeProvider.System, ct);
        var process = new FunctionProcess(queue.Name, Command("Clinic.Worker", RoleNames.Worker(queue.Name), new()
        {
            ["QUEUE"] = queue.Name,
            ["CLINIC_MAIL_FROM"] = "hello@clinic.example",
            ["CLINIC_PUBLIC_URL"] = apiUrl.ToString(),
            ["CLINIC_MALWARE_SCAN"] = "on",
        }), runtime, Quiet);
        lock (running)
        {
            running.Add(runtime);
            running.Add(process);
        }

        await cloud.ServeAsync(queue, (_, payload, token) => runtime.InvokeAsync(payload, token), Quiet, ct);
        return runtime;
    }

    /// <summary>Without credentials and without the name of a stage: it gets an address of what to look at.</summary>
    private void ServeThumbnails()
    {
        var binary = Binary("Clinic.Thumbnails");
        var command = new ChildCommand("dotnet", [binary], Path.GetDirectoryName(binary)!, new Dictionary<string, string>());
        cloud.Serve(
            FunctionNames.Thumbnails,
            ct => ProcessSandbox.StartAsync(FunctionNames.Thumbnails, command, ThumbnailLimits, Quiet, ct));
    }

    private ChildCommand Command(string project, string role, Dictionary<string, string> environment)
    {
        foreach (var (name, value) in LocalPrincipals.Environment(role, cloud.Gate.Url))
        {
            environment[name] = value;
        }

        environment["CLINIC_STAGE"] = CloudNames.Local.Stage;
        environment["CLINIC_ACCOUNT"] = CloudNames.Local.Account;
        var binary = Binary(project);
        return new ChildCommand("dotnet", [binary], Path.GetDirectoryName(binary)!, environment);
    }

    /// <summary>Built beside this one: same configuration, same framework.</summary>
    private static string Binary(string project)
    {
        var here = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        var framework = Path.GetFileName(here);
        var configuration = Path.GetFileName(Path.GetDirectoryName(here)!);
        var binary = Path.Combine(Repository.Root, "src", project, "bin", configuration, framework, project + ".dll");
        return File.Exists(binary)
            ? binary : throw new PrerequisiteMissingException(
            $"{project} is not built: run 'dotnet build Serverless.sln' first.");
    }

    private async Task AwaitApi(CancellationToken ct)
    {
        using var http = new HttpClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(StartWithin);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(apiUrl, "/health"), deadline.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>Functions write one JSON line per request; only what needs a person is shown.</summary>
    private void Quiet(string line)
    {
        if (!line.Contains("\"level\":\"Information\"", StringComparison.Ordinal))
        {
            trouble(line);
        }
    }
}
