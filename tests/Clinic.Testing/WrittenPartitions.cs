using System.Collections.Concurrent;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Testing;

/// <summary>
/// Partitions of the tables into which anything was written, or was to be, through the gate: so all that the product can have
/// written to. That it misses none is tested where the suite ends.
/// </summary>
public sealed class WrittenPartitions
{
    private static readonly HashSet<string> Writes =
        ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"];

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, byte>> byOwner = new(StringComparer.Ordinal);

    public void See(GateCall call)
    {
        foreach (var request in call.Requests.Where(r => Writes.Contains(r.Action)))
        {
            var table = request.Resource[(request.Resource.LastIndexOf('/') + 1)..];
            foreach (var partition in request.Context.Find(KeyPatterns.LeadingKeys) ?? [])
            {
                byOwner.GetOrAdd(Owner(table, partition), _ => new(StringComparer.Ordinal)).TryAdd(partition, 0);
            }
        }
    }

    /// <param name="prefix">Of one tenant's partitions, with what parts it from the next tenant's: "T#a1b2c3d4#".</param>
    public IReadOnlyList<string> Of(string table, string prefix) =>
        prefix.Split('#') is ["T", _, _, ..]
            ? [.. byOwner.TryGetValue(Owner(table, prefix), out var known)
                ? known.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)) : []]
            : throw new ArgumentException("The prefix names no tenant.", nameof(prefix));

    private static string Owner(string table, string partition) =>
        partition.Split('#') is ["T", var tenant, ..] ? $"{table} {tenant}" : table;
}
