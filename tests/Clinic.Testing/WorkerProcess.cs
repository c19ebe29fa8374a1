using Clinic.Documents;
using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;

namespace Clinic.Testing;

/// <summary>
/// The worker of one queue as on Lambda: a process of its own that asks a Runtime API for work, and may be killed.
/// </summary>
public sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly FunctionLimits Limits = new(Invocation: TimeSpan.FromSeconds(30), Init: TimeSpan.FromSeconds(30));

    private readonly RuntimeApi runtime;
    private readonly FunctionProcess process;

    private WorkerProcess(RuntimeApi runtime, FunctionProcess process)
    {
        this.runtime = runtime;
        this.process = process;
    }

    public int Restarts => process.Restarts;

    public int Pid => process.Pid;

    public static async Task<WorkerProcess> StartAsync(QueueSpec queue, LocalCloud cloud, Uri publicUrl)
    {
        var runtime = await RuntimeApi.StartAsync($"arn:aws:lambda:local:{queue.Name}", Limits, TimeProvider.System);
        var role = LocalPrincipals.Environment(RoleNames.Worker(queue.Name), cloud.Gate.Url);
        var environment = new Dictionary<string, string>(role)
        {
            ["QUEUE"] = queue.Name,
            ["CLINIC_STAGE"] = CloudNames.Local.Stage,
            ["CLINIC_ACCOUNT"] = CloudNames.Local.Account,
            ["CLINIC_MAIL_FROM"] = "hello@clinic.example",
            ["CLINIC_PUBLIC_URL"] = publicUrl.ToString(),
            ["CLINIC_MALWARE_SCAN"] = MalwareScan.On,
        };
        var worker = Path.Combine(AppContext.BaseDirectory, "Clinic.Worker.dll");
        var command = new ChildCommand(Dotnet(), [worker], AppContext.BaseDirectory, environment);
        return new WorkerProcess(runtime, new FunctionProcess(queue.Name, command, runtime, LogCapture.Lines.Enqueue));
    }

    public Task<ReadOnlyMemory<byte>> Invoke(QueueSpec queue, ReadOnlyMemory<byte> payload, CancellationToken ct) =>
        runtime.InvokeAsync(payload, ct);

    /// <summary>SIGKILL; another process follows.</summary>
    public void Kill() => process.Kill();

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        await runtime.DisposeAsync();
    }

    internal static string Dotnet() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";
}
