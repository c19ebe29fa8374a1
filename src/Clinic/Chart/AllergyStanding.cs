using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Chart;

/// <summary>The sealed body of the row: ids alone, but which of her entries say what is health data.</summary>
internal sealed record AllergyIds(IReadOnlyList<EntryId> InForce, IReadOnlyList<EntryId> NoneKnown);

/// <summary>
/// Which allergies are in force and whether it was stated that there are none. The two contradict each other; two writers at once
/// could make both true, so each write of an allergy replaces this row by its version.
/// </summary>
/// <param name="Version">0 when there is no row yet.</param>
internal sealed record AllergyStanding(long Version, AllergyIds Ids)
{
    public const int EntriesMax = 200;

    /// <summary>In a record that was merged into this one.</summary>
    public bool IsInForceElsewhere { get; init; }

    private const string Body = "b";

    private static readonly string Kind = Codes.Of(ChartKind.Allergy);

    public static AllergyStanding None { get; } = new(0, new AllergyIds([], []));

    public static async Task<AllergyStanding> Read(TenantStore store, PatientId patient, CancellationToken ct)
    {
        if (await store.Get(Keys.ChartStanding(patient, Kind), ct) is not { } row)
        {
            return None;
        }

        var ids = await store.Open(row, Body, ChartItem.ClinicalKey(patient), ChartJson.Default.AllergyIds, ct);
        return new AllergyStanding(row.Version, ids!);
    }

    public static async Task<AllergyStanding> Read(TenantStore store, Patient patient, CancellationToken ct) =>
        await (await Read(store, patient.Id, ct)).WithAbsorbed(store, patient, ct);

    /// <summary>That she has no known allergy is not said where a record that was merged into hers has one.</summary>
    /// <param name="patient">As she was read: whoever writes by this makes it a condition that she is still so.</param>
    public async Task<AllergyStanding> WithAbsorbed(TenantStore store, Patient patient, CancellationToken ct)
    {
        var others = await Task.WhenAll(patient.Absorbed.Select(a => Read(store, a, ct)));
        return this with { IsInForceElsewhere = others.Any(o => o.Ids.InForce.Count > 0) };
    }

    /// <summary>Pure: the standing with an entry as it will be.</summary>
    public Outcome<AllergyStanding> After(FindingEntry entry)
    {
        var (id, allergy) = (entry.Row.Id, entry.Body.Finding.Allergy!);
        var counts = !entry.Row.IsRetracted && allergy.IsInForce;
        List<EntryId> inForce = [.. Ids.InForce.Where(i => i != id)];
        List<EntryId> noneKnown = [.. Ids.NoneKnown.Where(i => i != id)];
        if (counts && allergy.SaysNone && (inForce.Count > 0 || IsInForceElsewhere))
        {
            return AllergyRefusals.InForce;
        }

        if (counts && !allergy.SaysNone && noneKnown.Count > 0)
        {
            return AllergyRefusals.NoneKnown;
        }

        if (counts)
        {
            (allergy.SaysNone ? noneKnown : inForce).Add(id);
        }

        return inForce.Count + noneKnown.Count > EntriesMax
            ? AllergyRefusals.TooMany
            : this with { Version = Version + 1, Ids = new AllergyIds(inForce, noneKnown) };
    }

    public Change Write(Change change, PatientId patient, AllergyStanding before)
    {
        var row = new Item(Keys.ChartStanding(patient, Kind)).SetVersion(Version)
            .Seal(Body, Ids, ChartJson.Default.AllergyIds, ChartItem.ClinicalKey(patient));
        return before.Version == 0 ? change.Insert(row) : change.Replace(row, before.Version, Problems.Conflict);
    }
}

internal static class AllergyRefusals
{
    public static readonly Refusal InForce = new(409, "allergy-in-force",
        "An allergy of hers is in force: that there is none known contradicts it.");
    public static readonly Refusal NoneKnown = new(409, "no-known-allergy",
        "It is stated that she has no known allergy: retract or end that statement first.");
    public static readonly Refusal TooMany = new(409, "too-many-allergies", "Too many allergies are in force: end some first.");
}
