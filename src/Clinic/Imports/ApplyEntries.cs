using System.Text.Json;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Records;

namespace Clinic.Imports;

/// <summary>What one step wrote, to be added to the report in the same transaction.</summary>
/// <param name="Taken">How many entries of the part it went through.</param>
/// <param name="Patient">Whose record it wrote in; null when it wrote in none.</param>
internal sealed record Applied(
    int Taken, PatientId? Patient, AuditAction Action, IReadOnlyDictionary<string, TypeCount> Counts,
    IReadOnlyList<EntryRefusal> Refused,
    Func<Change, Task<Change>> Rows);

/// <summary>
/// Writes entries of a part into the record of one patient: what is new, what changed, nothing of what is there already. Each
/// step fits one transaction; uniqueness is a condition of each row, so that two imports at once make one patient and one row.
/// </summary>
internal sealed class ApplyEntries(SourceNames names, BroughtFiles files)
{
    /// <summary>As many as one strong read finds.</summary>
    private const int EntriesMax = 100;

    public async Task<Applied> Next(
        TenantStore store, Import import, IReadOnlyList<PartEntry> part, int from, DateTimeOffset now, CancellationToken ct)
    {
        var first = part[from];
        var isPatient = first.Type == FhirTypes.Patient;
        var batch = isPatient
            ? [first]
            : part.Skip(from).TakeWhile(e => e.Patient == first.Patient && e.Type != FhirTypes.Patient).Take(EntriesMax).ToList();
        var pointers = await Pointers(store, import.Source, first, isPatient, ct);
        var owners = (await store.GetMany(pointers, ct)).Select(p => p.Need("patient")).Distinct().ToList();
        if (owners.Count > 1)
        {
            return Refuse(batch, ".fullUrl", EntryReason.PatientAmbiguous);
        }

        if (owners.Count == 1)
        {
            return await Keep(store, import, batch, new PatientId(Guid.ParseExact(owners[0], "N")), now, ct);
        }

        return isPatient
            ? await Register(store, import, first, pointers, now, ct)
            : Refuse(batch, ".resource", EntryReason.PatientUnknown);
    }

    private async Task<List<Key>> Pointers(
        TenantStore store, string source, PartEntry entry, bool isPatient, CancellationToken ct)
    {
        var pointers = new List<Key> { await names.Patient(store.Caller.Tenant, source, entry.Patient, ct) };
        if (isPatient && entry.FullUrl is { } url)
        {
            pointers.Add(await names.Patient(store.Caller.Tenant, source, url, ct));
        }

        return pointers;
    }

    /// <summary>A patient who is new here: in state consent pending, because a file holds no consent of hers (CON-1).</summary>
    private async Task<Applied> Register(
        TenantStore store, Import import, PartEntry entry, IReadOnlyList<Key> pointers, DateTimeOffset now, CancellationToken ct)
    {
        using var json = JsonDocument.Parse(entry.Json, FhirText.Strict);
        if (!FhirPatient.Read(json.RootElement, DateOnly.FromDateTime(now.UtcDateTime)).Holds(out var record, out var why))
        {
            return Refuse([entry], ".resource", why.Code);
        }

        var patient = new Patient(Id.New<PatientId>(now), PatientState.ConsentPending, 1, now, store.Caller.Actor, record, []);
        var row = await Row(store, import, entry, patient.Id, 1, now, ct);
        var counts = new Dictionary<string, TypeCount> { [FhirTypes.Patient] = new(Kept: 1) };
        return new Applied(1, patient.Id, AuditAction.PatientImported, counts, [], async change =>
        {
            foreach (var pointer in pointers)
            {
                change.Insert(new Item(pointer).Set("patient", Keys.Hex(patient.Id.Value)));
            }

            change.Insert(row).Insert(Imported(import, patient.Id, "registered"));
            return await RegisterPatient.Insert(change, store, patient, ct);
        });
    }

    private async Task<Applied> Keep(
        TenantStore store, Import import, IReadOnlyList<PartEntry> batch, PatientId patient, DateTimeOffset now,
        CancellationToken ct)
    {
        if (await Open(store, patient, ct) is not { } head)
        {
            return Refuse(batch, ".resource", EntryReason.PatientClosed);
        }

        // What a source says of her goes on where its rows are: a merge would split them, so it is undone first, or this waits.
        if (head.Merging is not null)
        {
            return Refuse(batch, ".resource", EntryReason.PatientMerged);
        }

        var places = new List<Key>();
        foreach (var entry in batch)
        {
            var token = await names.Resource(store.Caller.Tenant, import.Source, entry.Type, entry.Id, ct);
            places.Add(Keys.Fhir(patient, entry.Type, token));
        }

        var there = (await store.GetMany(places, ct)).ToDictionary(r => r.Key);
        var records = await StepRecords.Of(store, names, files, import, head, batch, there, now, ct);
        var writes = new StepWrites();
        var taken = 0;
        for (; taken < batch.Count && writes.HasRoom(records.MoreRows, batch[taken]); taken++)
        {
            var (entry, place) = (batch[taken], places[taken]);
            var before = there.GetValueOrDefault(place);
            var row = await Row(store, import, entry, patient, (before?.Version ?? 0) + 1, now, ct);
            if (before is not null && before.Need(FhirRow.Hash) == row.Need(FhirRow.Hash))
            {
                writes.Count(entry, new TypeCount(Unchanged: 1));
                continue;
            }

            writes.Add(entry, row, before, await records.Take(taken, place, before, ct), FhirRow.KeyOf(patient, row).Year);
        }

        var isNamed = batch[0].Type == FhirTypes.Patient
            && await store.Get(Keys.ImportedPatient(import.Id, patient), ct) is null;
        return new Applied(
            taken, patient, AuditAction.ImportStepDone, writes.Counts, writes.KeptAlone,
            change =>
            {
                if (isNamed || !writes.IsEmpty)
                {
                    change.Require(Keys.Patient(patient), PatientItem.ReadableAs(head), Problems.Conflict);
                }

                return writes.Apply(
                    records.Apply(isNamed ? change.Insert(Imported(import, patient, "known")) : change), store, patient, ct);
            });
    }

    /// <summary>Not when her consent was withdrawn, nor when she was erased: then nothing is added to her.</summary>
    private static async Task<Patient?> Open(TenantStore store, PatientId patient, CancellationToken ct)
    {
        try
        {
            return await PatientItem.ReadMergedToo(store, patient, ct);
        }
        catch (KeyGoneException)
        {
            return null;
        }
    }

    private async Task<Item> Row(
        TenantStore store, Import import, PartEntry entry, PatientId patient, long version, DateTimeOffset now,
        CancellationToken ct)
    {
        var tenant = store.Caller.Tenant;
        var token = await names.Resource(tenant, import.Source, entry.Type, entry.Id, ct);
        var hash = await names.Content(tenant, entry.Json, ct);
        return FhirRow.Write(
            Keys.Fhir(patient, entry.Type, token), patient, entry.Kept, hash,
            FinancialYears.Of(entry.Type, entry.Json, import.StartedAt), version,
            import.StartedBy, now);
    }

    private static Item Imported(Import import, PatientId patient, string how) =>
        new Item(Keys.ImportedPatient(import.Id, patient)).Set("how", how);

    private static Applied Refuse(IReadOnlyList<PartEntry> batch, string member, string reason)
    {
        var writes = new StepWrites();
        foreach (var entry in batch)
        {
            writes.Count(entry, new TypeCount(Refused: 1));
        }

        return new Applied(
            batch.Count, null, AuditAction.ImportStepDone, writes.Counts,
            [.. batch.Where(e => !e.IsCopy).Select(e => new EntryRefusal(e.Index, $"entry[{e.Index}]{member}", reason))],
            Task.FromResult);
    }
}

/// <summary>Sums of reports.</summary>
internal static class Counts
{
    public static TypeCount Sum(TypeCount? one, TypeCount other) => one is null
        ? other
        : new(one.Read + other.Read, one.Kept + other.Kept, one.Unchanged + other.Unchanged, one.Versioned + other.Versioned,
            one.Refused + other.Refused, one.Masked + other.Masked, one.Recorded + other.Recorded);

    public static IReadOnlyDictionary<string, TypeCount> Sum(
        IReadOnlyDictionary<string, TypeCount> one, IReadOnlyDictionary<string, TypeCount> other) =>
        one.Keys.Union(other.Keys).Order(StringComparer.Ordinal)
            .ToDictionary(t => t, t => Sum(one.GetValueOrDefault(t), other.GetValueOrDefault(t, new TypeCount())));
}

/// <summary>The financial year of a bill: by when it was made, else by the period it is for, else by when it came.</summary>
internal static class FinancialYears
{
    private const int DateLength = 10;

    public static int Of(string type, ReadOnlyMemory<byte> json, DateTimeOffset cameAt)
    {
        if (FhirTypes.ClassOf(type) != KeyClass.Financial)
        {
            return 0;
        }

        using var resource = JsonDocument.Parse(json, FhirText.Strict);
        var root = resource.RootElement;
        var period = root.TryGetProperty("billablePeriod", out var billable) ? billable.Text("start") : null;
        foreach (var text in new[] { root.Text("created"), root.Text("date"), period, root.Text("enteredDate") })
        {
            if (text?.Length >= DateLength && DateOnly.TryParseExact(
                text.AsSpan(0, DateLength), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture,
                System.Globalization.DateTimeStyles.None, out var day)
                && day.Year > 1)
            {
                return FhirTypes.FinancialYear(day);
            }
        }

        return FhirTypes.FinancialYear(DateOnly.FromDateTime(cameAt.UtcDateTime));
    }
}
