using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Platform.Trail;

/// <summary>
/// One act in the trail (AUD-1): who, what, on whom, when, with what outcome. Plain are ids and codes; address, device and
/// search term are sealed under audit-detail, before and after states under the class key of the data (AUD-3), so that
/// erasure makes them unreadable while the chain still verifies.
/// </summary>
public sealed record AuditEntry(Caller Caller, AuditAction Action, AuditOutcome Outcome)
{
    public PatientId? Patient { get; init; }

    /// <summary>Another thing that the act was on: an import, an incident, a session.</summary>
    public string? Subject { get; init; }

    /// <summary>Patients that a search or list showed.</summary>
    public IReadOnlyList<PatientId> Hits { get; init; } = [];

    /// <summary>Refusal code, or how many calls an aggregated entry stands for.</summary>
    public string? Note { get; init; }

    /// <summary>What was searched for, or the reason that was given; sealed.</summary>
    public string? Term { get; init; }

    /// <summary>Before and after of the fields that changed, as JSON; sealed under <see cref="ChangesKey"/>.</summary>
    public byte[]? Changes { get; init; }

    public KeyRef? ChangesKey { get; init; }
}

/// <summary>The rows that entries become.</summary>
internal static class AuditRow
{
    public const int Shards = 4;
    public const string DetailAttribute = "d";
    public const string ChangesAttribute = "x";

    /// <summary>Class of the key that seals the changes: a reader must know it before it can open them.</summary>
    public const string ChangesClassAttribute = "xk";

    public static Item Make(AuditEntry entry, DateTimeOffset at, ChainLink link)
    {
        var row = new Item(Keys.Audit(at, link.Shard))
            .Set("a", entry.Action.ToString())
            .Set("o", entry.Outcome.ToString())
            .Set("by", entry.Caller.Actor)
            .Set("r", entry.Caller.Role.ToString())
            .Set("at", at)
            .Set("q", entry.Caller.RequestId)
            .Set("c", link.Chain)
            .Set("n", link.Sequence)
            .Set("p", link.PreviousHash);
        Optional(row, "pat", entry.Patient is { } patient ? Keys.Hex(patient.Value) : null);
        Optional(row, "s", entry.Subject);
        Optional(row, "hits", entry.Hits.Count == 0 ? null : string.Join(',', entry.Hits.Select(h => Keys.Hex(h.Value))));
        Optional(row, "w", entry.Note);
        Optional(row, "cause", entry.Caller.Cause);
        Optional(row, "ses", entry.Caller.Session is { } session ? Keys.Hex(session.Value) : null);
        if (entry.Caller.Trace is not null || entry.Term is not null)
        {
            var detail = new AuditDetail(entry.Caller.Trace?.Address, entry.Caller.Trace?.Device, entry.Term);
            row.Seal(DetailAttribute, detail, TrailJson.Default.AuditDetail, KeyRef.Of(TenantPurpose.AuditDetail));
        }

        if (entry is { Changes: { } changes, ChangesKey: { } key })
        {
            row.Set(ChangesClassAttribute, key.ClassName).Seal(ChangesAttribute, changes, key);
        }

        return row;
    }

    /// <summary>Its link in the chain: the hash of the entry before, empty of the first, and its own; hexadecimal.</summary>
    public static (string Previous, string Own) Hashes(Item row) =>
        (row.Need("p"), Convert.ToHexStringLower(row.Bytes("h")!));

    /// <summary>
    /// SHA-256 over all attributes but the hash itself, by name, each with its length: what the next entry of the chain links
    /// to and what the sealer puts into its tree. Sealed attributes go in as ciphertext, so the hash outlives their keys.
    /// </summary>
    public static byte[] Hash(string pk, Item row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, pk);
        Append(hash, row.Key.Sort);
        foreach (var (name, value) in row.Attributes.Where(a => a.Key is not ("h" or "pk" or "sk"))
            .OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            // The type counts too: the number 1 and the text "1" are different entries.
            var (type, bytes) = value switch
            {
                { B: { } binary } => ("B:", binary.ToArray()),
                { N: { } number } => ("N:", Encoding.UTF8.GetBytes(number)),
                _ => ("S:", Encoding.UTF8.GetBytes(value.S)),
            };
            Append(hash, type + name);
            Append(hash, bytes);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string text) => Append(hash, Encoding.UTF8.GetBytes(text));

    private static void Append(IncrementalHash hash, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private static void Optional(Item row, string name, string? value)
    {
        if (value is not null)
        {
            row.Set(name, value);
        }
    }
}

/// <summary>What of an act could identify a person at a keyboard, or a patient searched for.</summary>
public sealed record AuditDetail(string? Address, string? Device, string? Term);
