using System.Text;
using System.Text.Json;
using Clinic.Lambda;
using Clinic.Local;

namespace Clinic.LocalTests;

/// <summary>What this executable does when a test starts it as a process of its own.</summary>
internal static class Roles
{
    public const string Function = "function";
    public const string Parent = "parent";
    public const string Installer = "installer";

    /// <summary>What a test sends to the function in <c>do</c>, or in the body of a message.</summary>
    public static class Do
    {
        public const string Echo = "echo";
        public const string Throw = "throw";
        public const string ThrowAtOnce = "throw-at-once";
        public const string AnswerNothing = "answer-nothing";
        public const string AnswerTooMuch = "answer-too-much";
        public const string WaitForToken = "wait-for-token";
        public const string Hang = "hang";
        public const string Exit = "exit";
    }

    /// <summary>In the message of the exception: must never be seen outside the process.</summary>
    public const string Secret = "diagnosis-of-a-patient";

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [Function]:
                await LambdaLoop.RunAsync(HandleAsync, CancellationToken.None);
                return 0;
            case [Parent]:
                return await RunParentAsync();
            case [Installer, var folder]:
                return await InstallAsync(folder);
            default:
                return 64;
        }
    }

    private static Task<ReadOnlyMemory<byte>> HandleAsync(
        ReadOnlyMemory<byte> payload, LambdaInvocation invocation, CancellationToken ct)
    {
        using var document = JsonDocument.Parse(payload);
        var what = document.RootElement.GetProperty("do").GetString();
        Console.WriteLine($"{what} {Environment.ProcessId}");
        return what == Do.ThrowAtOnce
            ? throw new InvalidOperationException(Secret)
            : DoAsync(what!, payload, invocation, ct);
    }

    private static async Task<ReadOnlyMemory<byte>> DoAsync(
        string what, ReadOnlyMemory<byte> payload, LambdaInvocation invocation, CancellationToken ct)
    {
        await Task.Yield();
        switch (what)
        {
            case Do.Throw:
                throw new InvalidOperationException(Secret);
            case Do.AnswerNothing:
                return default;
            case Do.AnswerTooMuch:
                return Encoding.UTF8.GetBytes($"\"{new string('x', RuntimeApi.ResponseBytesMax)}\"");
            case Do.WaitForToken:
                await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var left = invocation.DeadlineAt - TimeProvider.System.GetUtcNow();
                return Encoding.UTF8.GetBytes($"{{\"leftMs\":{(int)left.TotalMilliseconds}}}");
            case Do.Hang:
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return default;
            case Do.Exit:
                Environment.Exit(3);
                return default;
            default:
                return payload;
        }
    }

    /// <summary>Prints the ids of its children, then waits to be killed.</summary>
    private static async Task<int> RunParentAsync()
    {
        await using var standIns = await StandIns.StartAsync(new StandInOptions(), _ => { });
        await using var api = await RuntimeApi.StartAsync("arn", LiveFunction.Limits, TimeProvider.System);
        await using var function = new FunctionProcess("function", LiveFunction.Command, api, _ => { });
        await api.Ready;
        Console.WriteLine($"children {string.Join(' ', standIns.Pids)} {function.Pid}");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static async Task<int> InstallAsync(string folder)
    {
        try
        {
            await Packages.InstallAsync(folder, Console.WriteLine, CancellationToken.None);
            return 0;
        }
        catch (PrerequisiteMissingException missing)
        {
            Console.WriteLine(missing.Message);
            return 1;
        }
    }
}
