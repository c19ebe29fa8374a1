using System.Diagnostics;

namespace Clinic.Benchmarks;

/// <summary>One way to publish the Api, and how the result is started.</summary>
/// <param name="Arguments">What differs from the deployed form (src/Lambda.pubxml).</param>
internal sealed record Variant(string Name, string Explanation, IReadOnlyList<string> Arguments, bool IsManaged = false)
{
    public static readonly IReadOnlyList<Variant> All =
    [
        new("composite", "ReadyToRun composite, self-contained, trimmed: what is deployed", []),
        new("readytorun", "ReadyToRun assembly by assembly, self-contained, trimmed", ["-p:PublishReadyToRunComposite=false"]),
        new("jit", "the same build without ReadyToRun", ["-p:PublishReadyToRun=false"]),
        new(
            "managed",
            "framework-dependent on the installed .NET, whose own assemblies are precompiled; ours are not",
            [
                "-p:PublishReadyToRun=false", "-p:SelfContained=false", "-p:PublishTrimmed=false", "-p:TrimMode=",
                "-p:UseAppHost=false",
            ],
            IsManaged: true),
    ];
}

/// <summary>
/// Publishes the variants below .publish/bench, each from a clean intermediate folder: they share one otherwise.
/// </summary>
internal static class Published
{
    public static string Root { get; } = FindRoot();

    public static string Folder(Variant variant) => Path.Combine(Root, ".publish", "bench", variant.Name);

    public static async Task PublishAsync(Variant variant)
    {
        var output = Folder(variant);
        if (Directory.Exists(output)) { Directory.Delete(output, recursive: true); }
        var objects = Path.Combine(Root, "src", "Clinic.Api", "obj", "Release", "net10.0", "linux-x64");
        if (Directory.Exists(objects)) { Directory.Delete(objects, recursive: true); }
        string[] arguments =
        [
            "publish", Path.Combine(Root, "src", "Clinic.Api"), "--nologo", "-v", "quiet",
            $"-p:PublishProfileFullPath={Path.Combine(Root, "src", "Lambda.pubxml")}", "-o", output, .. variant.Arguments,
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) { throw new InvalidOperationException($"Publishing {variant.Name} failed: {said}"); }
    }

    /// <summary>Megabytes of all files.</summary>
    public static double SizeMb(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1e6;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("There is no Serverless.sln above the benchmark.");
        }

        return folder.FullName;
    }
}
