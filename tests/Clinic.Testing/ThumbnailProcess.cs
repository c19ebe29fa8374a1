using Clinic.Local;
using Clinic.Platform.Cloud;

namespace Clinic.Testing;

/// <summary>The function that decodes images as on Lambda: a process of its own, with nothing in its environment.</summary>
public static class ThumbnailProcess
{
    private static readonly FunctionLimits Limits = new(Invocation: TimeSpan.FromSeconds(30), Init: TimeSpan.FromSeconds(30));

    private static volatile ISandbox? newest;

    public static async Task<ISandbox> StartAsync(CancellationToken ct)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "Clinic.Thumbnails.dll");
        var command = new ChildCommand(
            WorkerProcess.Dotnet(), [dll], AppContext.BaseDirectory, new Dictionary<string, string>());
        var sandbox = await ProcessSandbox.StartAsync(
            FunctionNames.Thumbnails, command, Limits, LogCapture.Lines.Enqueue, ct);
        newest = sandbox;
        return sandbox;
    }

    /// <summary>SIGKILL to the process of the function that started last; another follows.</summary>
    public static void Kill() => ((ProcessSandbox)newest!).Kill();
}
