using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Chart;

/// <summary>What a change of the record looks at.</summary>
/// <param name="Entry">The entry that is changed; null when it is a new one.</param>
/// <param name="Replaced">The dental finding that it says it replaces; null when it says none or there is none.</param>
internal sealed record ChartScene(Patient Patient, FindingEntry? Entry, AllergyStanding Allergies, FindingEntry? Replaced)
{
    /// <summary>For Disclose: null when nobody may read her, or there is no such entry. All rows in one round.</summary>
    public static async Task<ChartScene?> Read(
        TenantStore store, PatientId patient, ChartKind kind, EntryId? entry, EntryId? replaced, CancellationToken ct)
    {
        var head = PatientItem.Read(store, patient, ct);
        var row = Finding(store, patient, kind, entry, ct);
        var other = Finding(store, patient, kind, replaced, ct);
        var allergies = kind == ChartKind.Allergy
            ? AllergyStanding.Read(store, patient, ct) : Task.FromResult(AllergyStanding.None);
        await Task.WhenAll(head, row, other, allergies, store.Warm(ChartItem.ClinicalKey(patient), ct));
        return await head is not { } found || (entry is not null && await row is null)
            ? null
            : new ChartScene(
                found, await row,
                kind == ChartKind.Allergy ? await (await allergies).WithAbsorbed(store, found, ct) : AllergyStanding.None,
                await other);
    }

    private static async Task<FindingEntry?> Finding(
        TenantStore store, PatientId patient, ChartKind kind, EntryId? id, CancellationToken ct) =>
        id is { } known && await store.Get(ChartItem.Place(patient, kind, known), ct) is { } item
            ? await FindingEntry.Open(store, patient, kind, known, item, ct)
            : null;

    /// <summary>The rules between entries; pure.</summary>
    public Outcome<Change> Tie(Change change, FindingEntry after)
    {
        if (after.Body.Finding.Allergy is not null)
        {
            return Allergies.After(after).Holds(out var standing, out var why)
                ? standing.Write(change, Patient.Id, Allergies) : why;
        }

        if (after.Body.Finding.LabReport is { } report)
        {
            return report.RequireResults(change, Patient.Id);
        }

        return after.Body.Finding.DentalFinding is { Replaces: not null } dental && !dental.ReplacesAs(Entry)
            && dental.CheckReplaced(after.Row.Id, Replaced) is { } refusal ? refusal : change;
    }
}
