using System.Globalization;
using System.Text.RegularExpressions;

namespace Clinic.Local;

/// <summary>The programs that must already be on the machine, and short commands run with them.</summary>
internal static partial class Tooling
{
    private const int JavaMin = 17;
    private const int NodeMin = 20;

    /// <summary>JAVA_HOME wins, as everywhere in the Java world.</summary>
    public static string Java
    {
        get
        {
            var home = Environment.GetEnvironmentVariable("JAVA_HOME");
            var java = home is { Length: > 0 } ? Path.Combine(home, "bin", "java") : "java";
            return File.Exists(java) ? java : "java";
        }
    }

    public static async Task RequireJavaAsync(CancellationToken ct) =>
        Require("Java", JavaMin, await TryRunAsync(Java, ["-version"], ".", ct));

    public static async Task RequireNodeAsync(CancellationToken ct) =>
        Require("Node.js", NodeMin, await TryRunAsync("node", ["--version"], ".", ct));

    public static async Task RequireNpmAsync(CancellationToken ct)
    {
        await RequireNodeAsync(ct);
        if (await TryRunAsync("npm", ["--version"], ".", ct) is not { ExitCode: 0 })
        {
            throw new PrerequisiteMissingException("npm is missing: install it with Node.js and have it on the PATH.");
        }
    }

    /// <summary>Runs to the end; throws with the last lines when the exit code is not 0.</summary>
    public static async Task RunAsync(string program, IReadOnlyList<string> arguments, string folder, CancellationToken ct)
    {
        var result = await TryRunAsync(program, arguments, folder, ct);
        if (result is not { ExitCode: 0 })
        {
            throw new StandInFailedException(
                $"{program} {string.Join(' ', arguments)} failed:{Environment.NewLine}{result?.Output}");
        }
    }

    private static void Require(string what, int min, CommandResult? result)
    {
        if (result is not { ExitCode: 0 })
        {
            throw new PrerequisiteMissingException($"{what} is missing: install version {min} or newer and have it on the PATH.");
        }

        // Java 8 calls itself 1.8: its leading 1 is old enough to be refused all the same.
        var found = VersionPattern().Match(result.Output);
        var major = found.Success ? int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        if (major < min)
        {
            throw new PrerequisiteMissingException($"{what} is too old: found version {found.Value}, needed is {min} or newer.");
        }
    }

    private static async Task<CommandResult?> TryRunAsync(
        string program, IReadOnlyList<string> arguments, string folder, CancellationToken ct)
    {
        if (!IsOnPath(program))
        {
            return null;
        }

        var none = new Dictionary<string, string>();
        await using var child = ChildProcess.Start(new ChildCommand(program, arguments, folder, none), _ => { });
        var exitCode = await child.Exited.WaitAsync(ct);
        return new CommandResult(exitCode, child.LastLines);
    }

    private static bool IsOnPath(string program) =>
        Path.IsPathRooted(program)
            ? File.Exists(program)
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => File.Exists(Path.Combine(f, program)));

    [GeneratedRegex(@"(\d+)(\.\d+)*")]
    private static partial Regex VersionPattern();

    private sealed record CommandResult(int ExitCode, string Output);
}
