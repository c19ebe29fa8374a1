using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Key = Clinic.Platform.Store.Key;

namespace Clinic.Testing.Faults;

/// <summary>The trail's chains, entry by entry: no number twice (a fork), none missing, each linked to the one before.</summary>
public static class ChainCheck
{
    public static IEnumerable<string> Complaints(IEnumerable<Dictionary<string, AttributeValue>> trail)
    {
        foreach (var chain in trail.GroupBy(e => e["c"].S))
        {
            var entries = chain.OrderBy(e => Number(e)).ToList();
            for (var at = 0; at < entries.Count; at++)
            {
                if (Number(entries[at]) != at + 1)
                {
                    yield return $"chain {chain.Key} has {Number(entries[at])} where {at + 1} belongs: forked or torn";
                    break;
                }

                if (entries[at]["p"].S != (at == 0 ? "" : Hash(entries[at - 1])))
                {
                    yield return $"chain {chain.Key}: entry {at + 1} is not linked to the one before";
                }

                if (Hash(entries[at]) != Convert.ToHexStringLower(entries[at]["h"].B.ToArray()))
                {
                    yield return $"chain {chain.Key}: entry {at + 1} is not what its hash says";
                }
            }
        }
    }

    private static long Number(Dictionary<string, AttributeValue> entry) =>
        long.Parse(entry["n"].N, System.Globalization.CultureInfo.InvariantCulture);

    private static string Hash(Dictionary<string, AttributeValue> entry) =>
        Convert.ToHexStringLower(AuditRow.Hash(entry["pk"].S, new Item(new Key("", entry["sk"].S), entry)));
}
