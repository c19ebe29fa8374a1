using System.Collections.Concurrent;
using System.Security.Cryptography;
using Clinic.Platform.Access;

namespace Clinic.Platform.Trail;

/// <summary>
/// Hash chains of a clinic's trail: one per slot of a request in flight, so no hot item orders the writers. A removed or
/// changed entry breaks the link of its successor (AUD-2); the sealer lists the open heads.
/// </summary>
internal sealed class AuditChains
{
    private const int TenantsMax = 1024;
    private readonly ConcurrentDictionary<TenantId, ConcurrentBag<ChainSlot>> idle = new();

    /// <summary>A slot that nobody else uses until it is returned.</summary>
    public ChainSlot Rent(TenantId tenant) =>
        idle.TryGetValue(tenant, out var slots) && slots.TryTake(out var slot) ? slot : new ChainSlot();

    /// <summary>Entry written: the next one links to it.</summary>
    public void Settled(TenantId tenant, ChainSlot slot, byte[] hash)
    {
        slot.Advance(hash);
        Return(tenant, slot);
    }

    /// <summary>Entry certainly not written: the slot stands where it stood.</summary>
    public void NotWritten(TenantId tenant, ChainSlot slot) => Return(tenant, slot);

    private void Return(TenantId tenant, ChainSlot slot)
    {
        if (idle.Count >= TenantsMax)
        {
            // An abandoned chain only ends: its head is found by the sealer like any other.
            idle.Clear();
        }

        idle.GetOrAdd(tenant, _ => []).Add(slot);
    }

    // A slot whose entry is in doubt (no answer from the store) is not returned: its chain ends there, and the next
    // request draws another. Continuing it could fork the chain at the doubtful entry.
}

/// <summary>One chain's end, as the next entry needs it.</summary>
internal sealed class ChainSlot
{
    public string Chain { get; } = RandomNumberGenerator.GetHexString(16, lowercase: true);

    public long Sequence { get; private set; }

    public byte[] PreviousHash { get; private set; } = [];

    public ChainLink Next => new(Chain, Sequence + 1, Convert.ToHexStringLower(PreviousHash), Chain[0] % AuditRow.Shards);

    public void Advance(byte[] hash)
    {
        Sequence++;
        PreviousHash = hash;
    }
}

/// <summary>
/// Where an entry stands: chain id, number in it, hash of its predecessor ("" for the first), shard of the table.
/// </summary>
internal sealed record ChainLink(string Chain, long Sequence, string PreviousHash, int Shard);
