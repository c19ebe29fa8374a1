using System.Collections.Concurrent;
using System.Text;
using Clinic.Local;
using Clinic.Platform.Cloud;

namespace Clinic.Testing;

/// <summary>
/// The function that decodes images as on Lambda: a process of its own, with nothing in its environment. For one clinic a test
/// may put its own answer in the place of the function's, as one that an image took over would.
/// </summary>
public sealed class ThumbnailProcess : ISandbox
{
    private static readonly FunctionLimits Limits = new(Invocation: TimeSpan.FromSeconds(30), Init: TimeSpan.FromSeconds(30));
    private static readonly ConcurrentDictionary<string, byte[]> Answers = new();

    private static volatile ProcessSandbox? newest;

    private readonly ISandbox process;

    private ThumbnailProcess(ISandbox process) => this.process = process;

    /// <summary>Of the process that runs now.</summary>
    public static int Pid => newest!.Pid;

    public static async Task<ISandbox> StartAsync(CancellationToken ct)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "Clinic.Thumbnails.dll");
        var command = new ChildCommand(
            WorkerProcess.Dotnet(), [dll], AppContext.BaseDirectory, new Dictionary<string, string>());
        var sandbox = await ProcessSandbox.StartAsync(
            FunctionNames.Thumbnails, command, Limits, LogCapture.Lines.Enqueue, ct);
        newest = (ProcessSandbox)sandbox;
        return new ThumbnailProcess(sandbox);
    }

    /// <summary>SIGKILL to the process of the function; another follows.</summary>
    public static void Kill() => newest!.Kill();

    /// <summary>What is answered for images of this clinic from now on.</summary>
    public static void Answer(string clinic, string json) => Answers[clinic] = Encoding.UTF8.GetBytes(json);

    public Task<ReadOnlyMemory<byte>> InvokeAsync(ReadOnlyMemory<byte> payload)
    {
        var text = Encoding.UTF8.GetString(payload.Span);
        var planted = Answers.FirstOrDefault(a => text.Contains($"/T/{a.Key}/", StringComparison.Ordinal)).Value;
        return planted is null ? process.InvokeAsync(payload) : Task.FromResult<ReadOnlyMemory<byte>>(planted);
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
