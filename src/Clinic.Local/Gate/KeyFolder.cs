using System.Security.Cryptography;

namespace Clinic.Local.Gate;

/// <summary>Random 256-bit keys by name: made on first use and kept in a folder, or in memory when there is none.</summary>
internal sealed class KeyFolder(string? folder)
{
    public const int KeyLength = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _keys = [];

    public byte[] Key(string name)
    {
        lock (_gate)
        {
            if (!_keys.TryGetValue(name, out var key))
            {
                key = folder is null ? RandomNumberGenerator.GetBytes(KeyLength) : Load(Path.Combine(folder, name + ".key"));
                _keys[name] = key;
            }

            return key;
        }
    }

    private static byte[] Load(string path)
    {
        if (!File.Exists(path))
        {
            // Written aside first: a crash in between must not leave half a key, which would orphan all data under it.
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var aside = path + ".new";
            File.WriteAllBytes(aside, RandomNumberGenerator.GetBytes(KeyLength));
            File.Move(aside, path);
        }

        var key = File.ReadAllBytes(path);
        return key.Length == KeyLength ? key : throw new InvalidDataException($"{path} is not a key of {KeyLength} bytes.");
    }
}
