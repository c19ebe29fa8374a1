using System.Collections.Concurrent;

namespace Clinic.Platform.Crypto;

/// <summary>
/// Unwrapped keys, for at most five minutes and in bounded number, zeroed on eviction. A warm read makes no KMS call;
/// a destroyed key works on for no longer than the five minutes.
/// </summary>
internal sealed class KeyCache(TimeProvider clock)
{
    public static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(5);
    public const int EntriesMax = 4096;

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public int Held => entries.Count;

    public DataKeySet? Find(string name)
    {
        if (!entries.TryGetValue(name, out var entry))
        {
            return null;
        }

        if (clock.GetElapsedTime(entry.AddedAt) < AgeMax)
        {
            return entry.Keys;
        }

        Forget(name);
        return null;
    }

    public void Add(string name, DataKeySet keys)
    {
        if (entries.Count >= EntriesMax)
        {
            EvictOldest();
        }

        entries.AddOrUpdate(
            name,
            static (_, added) => added,
            static (_, old, added) =>
            {
                old.Keys.Dispose();
                return added;
            },
            new Entry(keys, clock.GetTimestamp()));
    }

    public void Forget(string name)
    {
        if (entries.TryRemove(name, out var entry))
        {
            entry.Keys.Dispose();
        }
    }

    /// <summary>All names that begin so.</summary>
    public void ForgetAll(string prefix)
    {
        foreach (var name in entries.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            Forget(name);
        }
    }

    /// <summary>A quarter at once: eviction must not become the cost of each request that comes after.</summary>
    private void EvictOldest()
    {
        foreach (var (name, _) in entries.OrderBy(e => e.Value.AddedAt).Take(EntriesMax / 4).ToList())
        {
            Forget(name);
        }
    }

    private sealed record Entry(DataKeySet Keys, long AddedAt);
}

/// <summary>One version of a key.</summary>
/// <param name="MadeAt">When it was drawn; its age decides when the next version is.</param>
internal sealed record KeyVersion(int Number, DateTimeOffset MadeAt, DataKey Key);

/// <summary>All versions of one key: the newest seals, any of them opens.</summary>
internal sealed class DataKeySet(IReadOnlyList<KeyVersion> versions) : IDisposable
{
    public KeyVersion? Newest => versions.MaxBy(v => v.Number);

    public DataKey? ById(Guid id) => versions.FirstOrDefault(v => v.Key.Id == id)?.Key;

    public DataKey? ByNumber(int number) => versions.FirstOrDefault(v => v.Number == number)?.Key;

    public void Dispose()
    {
        foreach (var version in versions)
        {
            version.Key.Dispose();
        }
    }
}
