using System.Diagnostics;
using System.Text.Json;
using Clinic.Local;

namespace Clinic.InfraTests.Checkers;

/// <summary>
/// Third-party checkers from npm, installed once beside the stand-ins and run by the machine's own Node.js. Nothing of them is
/// shipped: iam-simulate is AGPL.
/// </summary>
internal static class NodeChecker
{
    private static readonly string[] InstallArguments =
        ["ci", "--no-audit", "--no-fund", "--ignore-scripts=true", "--engine-strict=false", "--global=false"];

    private static readonly string[] Manifests = ["package.json", "package-lock.json"];

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private static readonly Lazy<Task<string>> Installed = new(() => InstallAsync(PackageCache.DefaultFolder, Write));

    private static string Here { get; } = Path.Combine(AppContext.BaseDirectory, "Checkers");

    /// <summary>The folder of the installed packages.</summary>
    public static Task<string> FolderAsync() => Installed.Value;

    /// <summary>One process of Node.js: the script reads the input and prints what it finds, both JSON.</summary>
    public static async Task<T> RunAsync<T>(string script, object input)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Here, script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_PATH"] = Path.Combine(await FolderAsync(), "node_modules");
        await Tooling.RequireNodeAsync(CancellationToken.None);
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await using (var entry = node.StandardInput) { await entry.WriteAsync(JsonSerializer.Serialize(input, Web)); }
        await node.WaitForExitAsync();
        return node.ExitCode == 0
            ? JsonSerializer.Deserialize<T>(await output, Web)!
            : throw new InvalidOperationException($"{script} ended with {node.ExitCode}: {await errors}");
    }

    /// <summary>As the lock says, to the byte: npm compares each package with the lock's hash.</summary>
    internal static Task<string> InstallAsync(string cache, Action<string> progress)
    {
        var set = new PackageSet("checkers", "the checkers", string.Concat(Manifests.Select(Read)));
        async Task Install(string folder)
        {
            await Tooling.RequireNpmAsync(CancellationToken.None);
            progress("Installing the checkers (once, about 250 MB on disk).");
            foreach (var manifest in Manifests) { await File.WriteAllTextAsync(Path.Combine(folder, manifest), Read(manifest)); }
            await Tooling.RunAsync("npm", InstallArguments, folder, CancellationToken.None);
        }

        return PackageCache.EnsureAsync(set, cache, Install, progress, CancellationToken.None);
    }

    private static string Read(string manifest) => File.ReadAllText(Path.Combine(Here, manifest));

    private static void Write(string line) => Console.Error.WriteLine(line);
}
