using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Chart;

/// <summary>How the list of the record shows rows of a kind. A capability that keeps a kind registers one.</summary>
/// <param name="Needs">Who lacks this permission does not see the kind in the list.</param>
/// <param name="Show">Null when this caller may not see this one. Runs inside the list's Disclose.</param>
internal sealed record TimelineSource(
    ChartKind Kind, Permission Needs, Func<TenantStore, PatientId, EntryId, Item, CancellationToken, Task<EntryView?>> Show);

/// <summary>All of them.</summary>
internal sealed class TimelineSources(IEnumerable<TimelineSource> sources)
{
    private readonly Dictionary<ChartKind, TimelineSource> byKind = sources.ToDictionary(s => s.Kind);

    /// <summary>The kinds that a role sees, in the order of the enumeration.</summary>
    public IReadOnlyList<ChartKind> SeenBy(Role role) =>
        [.. byKind.Values.Where(s => Policy.Allows(role, s.Needs)).Select(s => s.Kind).Order()];

    public Task<EntryView?> Show(
        TenantStore store, PatientId patient, ChartKind kind, EntryId id, Item row, CancellationToken ct) =>
        byKind[kind].Show(store, patient, id, row, ct);

    public static IEnumerable<TimelineSource> OfFindings() => FindingKind.All.Select(kind => new TimelineSource(
        kind, Permission.ChartRead, async (store, patient, id, row, ct) =>
            EntryView.Of(await FindingEntry.Open(store, patient, kind, id, row, ct))));
}
