using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Trail;

namespace Clinic.Platform.Store;

/// <summary>Makes the store of a caller.</summary>
public sealed class TenantStores
{
    private readonly StoreParts parts;

    internal TenantStores(StoreParts parts) => this.parts = parts;

    internal StoreParts Parts => parts;

    public TenantStore For(Caller caller) => new(parts, caller);
}

/// <summary>What a store works with; shared by all of a process.</summary>
internal sealed record StoreParts(
    TenantSessions Sessions, Keyring Keyring, SealedSpill Spill, TrailWriter Trail, Committer Committer, TimeProvider Clock)
{
    public CloudNames Names => Sessions.Names;

    /// <summary>The clinic's state, for callers that came without one (consumers, public routes).</summary>
    public static async Task<TenantState> StateOf(TenantStore store, CancellationToken ct) =>
        await store.Get(Keys.State, ct) is { } item
            ? TenantStateItem.Read(item)
            : throw new InvalidOperationException("The clinic has no state.");
}

/// <summary>The row that each request reads beside its session.</summary>
internal static class TenantStateItem
{
    public const string Status = "st";
    public const string Epoch = "ep";
    public const string Filling = "ep_fill";
    public const string Leaving = "ep_leave";
    public const string Locations = "locs";
    public const string Freeze = "fz";
    public const string FrozenBy = "fz_by";
    public const string OwnersToo = "fz_own";
    public const string ReleaseOffer = "fz_offer";

    public static TenantState Read(Item item) => new(Enum.Parse<TenantStatus>(item.Need(Status)), (int)item.Number(Epoch))
    {
        Locations = LocationIds.Read(item.Text(Locations) ?? ""),
        FillingEpoch = item.Has(Filling) ? (int)item.Number(Filling) : null,
        LeavingEpoch = item.Has(Leaving) ? (int)item.Number(Leaving) : null,
        Freeze = item.Text(Freeze),
        FrozenBy = item.Text(FrozenBy) is { } by ? Enum.Parse<FreezeBy>(by) : null,
        OwnersToo = item.Has(OwnersToo),
        ReleaseOffer = item.Text(ReleaseOffer),
    };

    /// <summary>Nobody froze it or lifted a freeze since that was read.</summary>
    public static Condition Unmoved(TenantState read) => Condition.Is(Status, read.Status.ToString())
        .And(read.Freeze is null ? Condition.Lacks(Freeze) : Condition.Is(Freeze, read.Freeze))
        .And(read.FrozenBy is { } by ? Condition.Is(FrozenBy, by.ToString()) : Condition.Lacks(FrozenBy));

    public static Condition IsFrozen => Condition.Is(Status, TenantStatus.Frozen.ToString());

    public static Item Write(TenantState state) => new Item(Keys.State).Set(Status, state.Status.ToString())
        .Set(Epoch, state.IndexEpoch)
        .Set(Locations, LocationIds.Text(state.Locations));
}
