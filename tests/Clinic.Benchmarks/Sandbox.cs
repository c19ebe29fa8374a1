using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Clinic.Local;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;

namespace Clinic.Benchmarks;

/// <summary>What a probe has used since it started.</summary>
internal sealed record Usage(double AllocatedBytes, double CpuMs);

/// <summary>
/// One sandbox as Lambda makes it: a process that asks a Runtime API for events. Killed when disposed.
/// </summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private static readonly FunctionLimits Limits = new(TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));

    private readonly RuntimeApi? runtime;
    private readonly Process process;
    private TaskCompletionSource<Usage> usage = new();

    private Sandbox(RuntimeApi? runtime, Process process)
    {
        this.runtime = runtime;
        this.process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
    }

    public int Pid => process.Id;

    /// <summary>The process asked for its first event: INIT is over.</summary>
    public Task Ready => Runtime.Ready;

    private RuntimeApi Runtime => runtime ?? throw new InvalidOperationException("This process serves HTTP.");

    public static async Task<Sandbox> StartAsync(string file, IReadOnlyList<string> arguments, Uri gate)
    {
        var runtime = await RuntimeApi.StartAsync("arn:aws:lambda:local:api", Limits, TimeProvider.System);
        return new Sandbox(runtime, Start(file, arguments, gate, new Dictionary<string, string>
        {
            ["AWS_LAMBDA_RUNTIME_API"] = runtime.Authority,
            ["AWS_LAMBDA_FUNCTION_NAME"] = "clinic-local-api",
        }));
    }

    /// <summary>The probe on Kestrel, for many clients at a time: a sandbox takes one.</summary>
    public static Sandbox StartHttp(IReadOnlyList<string> arguments, Uri gate, Uri url) =>
        new(null, Start("dotnet", arguments, gate, new Dictionary<string, string> { ["ASPNETCORE_URLS"] = url.ToString() }));

    private static Process Start(
        string file, IReadOnlyList<string> arguments, Uri gate, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetDirectoryName(arguments.Count > 0 ? arguments[0] : file)!,
        };
        foreach (var (name, value) in LocalPrincipals.Environment(RoleNames.ApiBase, gate).Concat(environment))
        {
            start.Environment[name] = value;
        }

        start.Environment["CLINIC_STAGE"] = CloudNames.Local.Stage;
        start.Environment["CLINIC_ACCOUNT"] = CloudNames.Local.Account;
        return Process.Start(start)!;
    }

    public Task<ReadOnlyMemory<byte>> InvokeAsync(ReadOnlyMemory<byte> payload) => Runtime.InvokeAsync(payload);

    /// <summary>Asks a probe what it has used; other processes do not answer.</summary>
    public async Task<Usage> UsageAsync()
    {
        usage = new TaskCompletionSource<Usage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await process.StandardInput.WriteLineAsync(Probe.Ask);
        await process.StandardInput.FlushAsync();
        return await usage.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>The most memory that the process has held so far, in MB.</summary>
    public double PeakMb()
    {
        var line = File.ReadLines($"/proc/{Pid}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        if (runtime is not null) { await runtime.DisposeAsync(); }
    }

    private void Hear(string? line)
    {
        if (line is not null && line.StartsWith(Probe.Mark, StringComparison.Ordinal))
        {
            usage.TrySetResult(JsonSerializer.Deserialize<Usage>(line[Probe.Mark.Length..])!);
        }
    }
}
