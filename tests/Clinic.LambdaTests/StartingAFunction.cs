using System.Globalization;
using Clinic.Lambda;
using Clinic.Local;

namespace Clinic.LambdaTests;

/// <summary>INIT, in processes of their own.</summary>
public sealed class StartingAFunction
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("256", 100, 200)]
    [InlineData("512", 290, 390)]
    [InlineData(null, 1000, 1000)]
    public async Task The_heap_keeps_within_the_memory_of_the_function(string? megabytes, int heldMin, int heldMax)
    {
        var lines = new List<string>();
        var environment = new Dictionary<string, string> { [LambdaEnvironment.FunctionName] = "f" };
        if (megabytes is not null)
        {
            environment[LambdaEnvironment.MemorySize] = megabytes;
        }

        await using var child = ChildProcess.Start(Own(Roles.Heap, environment), l =>
        {
            lock (lines)
            {
                lines.Add(l);
            }
        });
        Assert.Equal(0, await child.Exited.WaitAsync(Soon));
        var held = child.LastLines.Split(' ')[^1];
        Assert.InRange(int.Parse(held, CultureInfo.InvariantCulture), heldMin, heldMax == 1000 ? 1000 : heldMax);
    }

    [Fact]
    public async Task A_failed_start_is_reported_and_ends_the_process()
    {
        await using var runtime = await ScriptedRuntime.StartAsync();
        await using var child = ChildProcess.Start(Own(Roles.FailsInit, Environment(runtime)), _ => { });
        var posted = await runtime.NextPosted();
        Assert.Equal(("init/error", nameof(InvalidTimeZoneException)), (posted.Path, posted.ErrorType));
        Assert.NotEqual(0, await child.Exited.WaitAsync(Soon));

        // Whoever deploys it must be able to see why; nothing of a patient is known before the first event.
        Assert.Contains("what is wrong", child.LastLines, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Clinic.Api")]
    [InlineData("Clinic.Worker")]
    public async Task Our_own_functions_report_a_missing_setting(string project)
    {
        await using var runtime = await ScriptedRuntime.StartAsync();
        var command = new ChildCommand("dotnet", [Binary(project)], AppContext.BaseDirectory, Environment(runtime));
        await using var child = ChildProcess.Start(command, _ => { });
        var posted = await runtime.NextPosted();
        Assert.Equal(("init/error", nameof(InvalidOperationException)), (posted.Path, posted.ErrorType));
        Assert.NotEqual(0, await child.Exited.WaitAsync(Soon));
    }

    [Fact]
    public async Task A_process_whose_Runtime_API_is_broken_ends_with_an_error()
    {
        await using var runtime = await ScriptedRuntime.StartAsync();
        runtime.StatusOf = path => path == "invocation/next" ? 500 : 0;
        await using var child = ChildProcess.Start(Own(Roles.Rest, Environment(runtime)), _ => { });
        Assert.NotEqual(0, await child.Exited.WaitAsync(Soon));
    }

    [Fact]
    public async Task A_process_that_Lambda_started_serves_events()
    {
        await using var runtime = await ScriptedRuntime.StartAsync();
        await using var child = ChildProcess.Start(Own(Roles.Rest, Environment(runtime)), _ => { });
        runtime.Give(Events.Bytes("rest/bare"));
        Assert.Equal("invocation/id1/response", (await runtime.NextPosted()).Path);
    }

    private static Dictionary<string, string> Environment(ScriptedRuntime runtime) =>
        new() { [LambdaEnvironment.RuntimeApi] = runtime.Authority };

    private static ChildCommand Own(string role, Dictionary<string, string> environment) => new(
        Path.Combine(AppContext.BaseDirectory, "Clinic.LambdaTests"), [role], AppContext.BaseDirectory, environment);

    /// <summary>Built beside this one: same configuration, same framework.</summary>
    private static string Binary(string project)
    {
        var folder = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        var root = string.Join(Path.DirectorySeparatorChar, folder[..^5]);
        return Path.Combine(root, "src", project, "bin", folder[^2], folder[^1], project + ".dll");
    }
}
