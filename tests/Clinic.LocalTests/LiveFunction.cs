using System.Text;
using Clinic.Local;

namespace Clinic.LocalTests;

/// <summary>This executable as a function behind a Runtime API, with what it printed.</summary>
internal sealed class LiveFunction : IAsyncDisposable
{
    public static readonly FunctionLimits Limits = new(Invocation: TimeSpan.FromSeconds(20), Init: TimeSpan.FromSeconds(20));

    private readonly List<string> _lines = [];

    private LiveFunction(RuntimeApi api)
    {
        Api = api;
        Process = new FunctionProcess("function", Command, api, Keep);
    }

    public static ChildCommand Command { get; } = Own(Roles.Function);

    public RuntimeApi Api { get; }

    public FunctionProcess Process { get; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public static ChildCommand Own(params string[] arguments) => new(
        Path.Combine(AppContext.BaseDirectory, "Clinic.LocalTests"),
        arguments,
        AppContext.BaseDirectory,
        new Dictionary<string, string> { ["DOTNET_TieredPGO"] = "0" });

    public static async Task<LiveFunction> StartAsync(FunctionLimits? limits = null)
    {
        var api = await RuntimeApi.StartAsync("arn:aws:lambda:test", limits ?? Limits, TimeProvider.System);
        var function = new LiveFunction(api);
        await api.Ready.WaitAsync(TimeSpan.FromSeconds(20));
        return function;
    }

    public async Task<string> DoAsync(string what)
    {
        var answer = await Api.InvokeAsync(Encoding.UTF8.GetBytes($"{{\"do\":\"{what}\"}}"));
        return Encoding.UTF8.GetString(answer.Span);
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Api.DisposeAsync();
    }

    private void Keep(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
        }
    }
}
