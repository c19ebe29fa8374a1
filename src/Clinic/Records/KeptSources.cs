using System.Security.Cryptography;
using System.Text.Json;
using Clinic.Chart;
using Clinic.Documents;
using Clinic.Platform.Access;
using Clinic.Platform.Store;
using Clinic.Records.Fhir;
using Clinic.Records.Reading;

namespace Clinic.Records;

/// <summary>
/// Which imported resources stand for entries of the record: alone while the entry is what was made of it, beside the entry once
/// it was amended here. Two resources that say the same of her would be counted twice by whoever reads them.
/// </summary>
internal sealed class KeptSources(IReadOnlyList<Item> chart)
{
    private const int IdBytes = 16;

    private readonly Dictionary<EntryId, Item> rows = chart.ToDictionary(OwnResources.IdOf);
    private readonly Dictionary<EntryId, string> alone = [];
    private readonly Dictionary<EntryId, string> amended = [];
    private readonly Dictionary<EntryId, string> files = [];

    /// <summary>By entry, how the resource is referred to that goes out in its place.</summary>
    public IReadOnlyDictionary<EntryId, string> Alone => alone;

    public IReadOnlyDictionary<EntryId, string> Amended => amended;

    /// <summary>By document, where its file lies beside the bundle, as the resource that goes out for it names it.</summary>
    public IReadOnlyDictionary<EntryId, string> Files => files;

    public void Add(Item row, KeptResource kept)
    {
        if (FhirRow.LinkOf(row) is { } link && rows.TryGetValue(link.Id, out var entry))
        {
            var isAlone = link.Kind == ChartKind.Document ? HasFile(link.Id, entry, kept) : entry.Version == link.Version;
            (isAlone ? alone : amended)[link.Id] = kept.FullUrl ?? NameOf(kept);
        }
    }

    /// <summary>
    /// A document is the resource's own as long as nobody changed it here, and the resource has the file in it or names it as
    /// exports do. Where it came as a Binary, the clinic's own resource says where it lies.
    /// </summary>
    private bool HasFile(EntryId id, Item entry, KeptResource kept)
    {
        using var json = JsonDocument.Parse(kept.Json, FhirText.Strict);
        if (FhirDocument.AddressOf(json.RootElement) is { } address && DocumentFhir.IsAddress(address))
        {
            files[id] = address;
            return DocumentItem.IsAsItCame(entry);
        }

        return FhirDocument.HasContent(json.RootElement) && DocumentItem.IsAsItCame(entry);
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
