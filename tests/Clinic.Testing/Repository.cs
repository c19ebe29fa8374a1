namespace Clinic.Testing;

/// <summary>The working tree that these tests were built from.</summary>
public static class Repository
{
    private static readonly string[] Code = ["src", "infra-cdk", "tests"];

    public static string Root { get; } = FindRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(Path(parts));

    /// <summary>All C# files that people write, by path from the root.</summary>
    public static IEnumerable<string> CodeFiles() => Code
        .SelectMany(folder => Directory.EnumerateFiles(Path(folder), "*.cs", SearchOption.AllDirectories))
        .Select(file => System.IO.Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Where(file => !file.Split('/').Any(part => part is "obj" or "bin" or "node_modules" or "cdk.out"))
        .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Serverless.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("These tests read the sources: run them from inside the repository.");
    }
}
