namespace Clinic.Local;

/// <summary>What the command line asks for.</summary>
/// <param name="Fresh">Begin with empty tables.</param>
/// <param name="DataFolder">Where tables, objects, queues and keys survive a restart.</param>
/// <param name="Port">Where the API listens; 0 takes a free one.</param>
/// <param name="Demo">Make the demo clinic when it is not there.</param>
/// <param name="Lambda">Serve the API as Lambda functions behind an API Gateway, not by Kestrel.</param>
public sealed record LocalOptions(bool Fresh, string DataFolder, int Port, bool Demo, bool Lambda)
{
    public const int PortDefault = 5080;

    private const string Usage = """
        dotnet run --project src/Clinic.Local [-- options]
          --fresh          begin with empty tables
          --data FOLDER    keep data here (default .data/local in the repository)
          --port N         the API's port (default 5080)
          --no-demo        no demo clinic
          --lambda         the API as Lambda functions behind an API Gateway; its session cookie is for https only, as deployed,
                           so a browser does not send it back over http: use scripts, or leave this out
        """;

    public static LocalOptions Parse(IReadOnlyList<string> args)
    {
        var options = new LocalOptions(false, Path.Combine(Repository.Root, ".data", "local"), PortDefault, true, false);
        for (var i = 0; i < args.Count; i++)
        {
            options = args[i] switch
            {
                "--fresh" => options with { Fresh = true },
                "--lambda" => options with { Lambda = true },
                "--no-demo" => options with { Demo = false },
                "--data" when i + 1 < args.Count => options with { DataFolder = Path.GetFullPath(args[++i]) },
                "--port" when i + 1 < args.Count && int.TryParse(args[i + 1], out var port) && port is >= 0 and <= 65535
                    => Advance(options with { Port = port }, ref i),
                _ => throw new UsageException(Usage),
            };
        }

        return options;
    }

    private static LocalOptions Advance(LocalOptions options, ref int i)
    {
        i++;
        return options;
    }
}

/// <summary>The command line is not understood.</summary>
public sealed class UsageException(string usage) : Exception(usage);

/// <summary>Where the repository is: found from the binary, whatever the working directory.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
