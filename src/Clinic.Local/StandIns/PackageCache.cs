using System.Security.Cryptography;
using System.Text;

namespace Clinic.Local;

/// <summary>A set of npm packages that is installed as a whole.</summary>
/// <param name="Name">Begins the folder's name.</param>
/// <param name="What">For people: "the stand-ins".</param>
/// <param name="Content">All that decides what is installed; its hash ends the folder's name.</param>
public sealed record PackageSet(string Name, string What, string Content);

/// <summary>
/// Npm packages, installed once into a cache folder. A finished install is a folder named after the hash of what it holds, and
/// appears by a rename: so it is there whole or not at all, and a newer set lies beside the old.
/// </summary>
public static class PackageCache
{
    private const string TemporaryPrefix = ".installing-";

    /// <summary>CLINIC_PACKAGES, or .data/packages beside the solution.</summary>
    public static string DefaultFolder =>
        Environment.GetEnvironmentVariable("CLINIC_PACKAGES") is { Length: > 0 } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(RepositoryFolder(), ".data", "packages");

    /// <summary>
    /// Idempotent, safe against crashes, and safe to call from many processes at once: one installs, the others wait.
    /// </summary>
    /// <param name="install">Fills the folder that it is given.</param>
    /// <returns>The folder of the installed set.</returns>
    public static async Task<string> EnsureAsync(
        PackageSet set, string folder, Func<string, Task> install, Action<string> progress, CancellationToken ct)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(set.Content)))[..12];
        var target = Path.Combine(folder, $"{set.Name}-{hash}");
        if (Directory.Exists(target))
        {
            return target;
        }

        Directory.CreateDirectory(folder);
        await using var held = await FileLock.TakeAsync(
            Path.Combine(folder, ".lock"), () => progress($"Waiting for another process that installs {set.What}."), ct);
        if (!Directory.Exists(target))
        {
            DeleteLeftovers(folder);
            var temporary = Path.Combine(folder, $"{TemporaryPrefix}{Path.GetRandomFileName()}");
            Directory.CreateDirectory(temporary);
            await install(temporary);
            Directory.Move(temporary, target);
            progress($"Installed {set.What}.");
        }

        return target;
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
