using System.Security.Cryptography;
using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Records;

/// <summary>
/// Which imported resources stand for entries of the record: alone while the entry is what was made of it, beside the entry once
/// it was amended here. Two resources that say the same of her would be counted twice by whoever reads them.
/// </summary>
internal sealed class KeptSources(IReadOnlyList<Item> chart)
{
    private const int IdBytes = 16;

    private readonly Dictionary<EntryId, long> versions = chart.ToDictionary(OwnResources.IdOf, r => r.Version);
    private readonly Dictionary<EntryId, string> alone = [];
    private readonly Dictionary<EntryId, string> amended = [];

    /// <summary>By entry, how the resource is referred to that goes out in its place.</summary>
    public IReadOnlyDictionary<EntryId, string> Alone => alone;

    public IReadOnlyDictionary<EntryId, string> Amended => amended;

    public void Add(Item row, KeptResource kept)
    {
        if (FhirRow.LinkOf(row) is { } link && versions.TryGetValue(link.Id, out var version))
        {
            (version == link.Version ? alone : amended)[link.Id] = kept.FullUrl ?? NameOf(kept);
        }
    }

    /// <summary>The same each time, and another than the entry's own.</summary>
    public static Guid ProvenanceOf(EntryId entry)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. "provenance"u8, .. entry.Value.ToByteArray(bigEndian: true)], hash);

        // Version 8 of RFC 9562: made by a rule of its own.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..IdBytes], bigEndian: true);
    }

    private static string NameOf(KeptResource kept)
    {
        using var json = JsonDocument.Parse(kept.Json, FhirText.Strict);
        return $"{kept.Type}/{json.RootElement.Text("id")}";
    }
}
