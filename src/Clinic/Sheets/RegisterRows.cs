using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Sheets;

/// <summary>What the register says of a row.</summary>
/// <param name="Pointers">Of them that are there; none when the row is new.</param>
/// <param name="Alike">Patients who are likely the same.</param>
internal sealed record ComparedRow(
    PlannedRow Row, IReadOnlyList<Key> Keys, IReadOnlyList<Item> Pointers, IReadOnlyList<PatientId> Alike);

/// <summary>
/// Compares rows with the register, and registers those that are new. Uniqueness is a condition of each pointer, so that two
/// lists
/// at once make one patient.
/// </summary>
internal static class RegisterRows
{
    private const int CompareMax = 50;
    private const int QueriesAtOnce = 8;
    private const int AlikeMax = 10;

    /// <summary>Rows and keys of a step: with report, clock, trail and messages it stays below a transaction's 100.</summary>
    private const int OperationsMax = 88;

    /// <summary>Two keys, head, roster, two pointers, place in the report.</summary>
    private const int OperationsBesideIndex = 7;

    public static async Task<SheetStep> Compare(Delivery message, SheetImport import, PlannedRow[] part, CancellationToken ct)
    {
        var rows = await Compared(message.Store, part.Skip(import.Row).Take(CompareMax).ToList(), ct);
        var found = rows
            .Where(r => r.Pointers.Count > 0 || r.Alike.Count > 0 || r.Row.Alike.Count > 0)
            .Select(r => new SheetDuplicate(
                r.Row.Row, r.Row.Alike,
                r.Pointers.Count > 0 ? [.. r.Pointers.Select(SheetRows.PointedAt).Distinct()] : r.Alike, r.Pointers.Count > 0))
            .ToList();
        var known = found.Count(d => d.Known);
        var counts = import.Counts with
        {
            Known = import.Counts.Known + known,
            Duplicates = import.Counts.Duplicates + found.Count - known,
            WouldRegister = import.Counts.WouldRegister + rows.Count - found.Count,
        };
        var listed = found.Take(SheetSteps.ListedMax - import.DuplicatesListed).ToList();
        var after = Advance(import, part, rows.Count, SheetState.Comparing, SheetState.Checked) with
        {
            Counts = counts, DuplicatesListed = import.DuplicatesListed + listed.Count,
        };
        return new SheetStep(after, AuditAction.SheetStepDone, $"compared {rows.Count}")
        {
            Duplicates = listed, Patients = [.. found.SelectMany(f => f.Patients).Distinct()],
        };
    }

    public static async Task<SheetStep> Apply(
        Delivery message, SheetImport import, PlannedRow[] part, DateTimeOffset now, CancellationToken ct)
    {
        var store = message.Store;
        var epochs = (await store.State(ct)).EpochsWritten.Count();
        var rows = await Compared(store, Fitting(part.Skip(import.Row), epochs), ct);
        var (taken, skipped, claimed) = (0, 0, new HashSet<Key>());
        var (patients, also) = (new List<(Patient Patient, IReadOnlyList<Key> Pointers)>(), new List<Item>());
        foreach (var row in rows)
        {
            if (row.Keys.Any(claimed.Contains))
            {
                // Its twin is in this very step: the next one finds it registered.
                break;
            }

            claimed.UnionWith(row.Keys);
            taken++;
            var isSkipped = row.Pointers.Count > 0
                || (import.Duplicates == SheetDuplicates.Skip && (row.Alike.Count > 0 || row.Row.Alike.Count > 0));
            if (isSkipped)
            {
                skipped++;
                also.AddRange(row.Pointers.Where(p => !SheetRows.IsOf(p, import.Id)));
                continue;
            }

            patients.Add((
                new Patient(
                    Id.New<PatientId>(now), PatientState.ConsentPending, 1, now, store.Caller.Actor, row.Row.Record, []),
                row.Keys));
        }

        var after = Advance(import, part, taken, SheetState.Applying, SheetState.Clearing) with
        {
            Counts = import.Counts with
            {
                Registered = import.Counts.Registered + patients.Count, Skipped = import.Counts.Skipped + skipped,
            },
        };
        var action = patients.Count > 0 ? AuditAction.PatientImported : AuditAction.SheetStepDone;
        return new SheetStep(after, action, $"registered {patients.Count} skipped {skipped}")
        {
            Patients = [.. patients.Select(p => p.Patient.Id)],
            Rows = change => Rows(change, store, import, patients, also, ct),
        };
    }

    private static async Task<Change> Rows(
        Change change, TenantStore store, SheetImport import, List<(Patient Patient, IReadOnlyList<Key> Pointers)> patients,
        List<Item> also, CancellationToken ct)
    {
        foreach (var pointer in also)
        {
            change.Patch(
                new Item(pointer.Key).Set(SheetRows.Also, Keys.Hex(import.Id.Value)), [], Condition.Exists, Problems.Conflict);
        }

        foreach (var (patient, pointers) in patients)
        {
            foreach (var pointer in pointers)
            {
                change.Insert(SheetRows.Pointer(pointer, patient.Id, import.Id));
            }

            change.Insert(SheetRows.Of(import.Id, patient.Id, SheetRows.Registered, pointers));
            change = await RegisterPatient.Insert(change, store, patient, ct);
        }

        return change;
    }

    private static SheetImport Advance(SheetImport import, PlannedRow[] part, int taken, SheetState goesOn, SheetState ends)
    {
        var partEnds = import.Row + taken == part.Length;
        var isLast = partEnds && import.Part + 1 == import.Parts;
        return import.Next(isLast ? ends : goesOn) with
        {
            Part = partEnds ? import.Part + 1 : import.Part, Row = partEnds ? 0 : import.Row + taken,
        };
    }

    /// <summary>As many as one transaction registers if all are new.</summary>
    private static List<PlannedRow> Fitting(IEnumerable<PlannedRow> rows, int epochs)
    {
        var (fitting, operations) = (new List<PlannedRow>(), 0);
        foreach (var row in rows)
        {
            operations += OperationsBesideIndex + (PatientIndex.Of(row.Record).Count * epochs);
            if (operations > OperationsMax && fitting.Count > 0)
            {
                break;
            }

            fitting.Add(row);
        }

        return fitting;
    }

    private static async Task<IReadOnlyList<ComparedRow>> Compared(
        TenantStore store, IReadOnlyList<PlannedRow> rows, CancellationToken ct)
    {
        var keys = new List<IReadOnlyList<Key>>();
        foreach (var row in rows)
        {
            keys.Add(await SheetRows.Pointers(store, row, ct));
        }

        var pointers = (await store.GetMany([.. keys.SelectMany(k => k).Distinct()], ct)).ToDictionary(p => p.Key);
        var epoch = (await store.State(ct)).IndexEpoch;
        var compared = new ComparedRow[rows.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, rows.Count),
            new ParallelOptions { MaxDegreeOfParallelism = QueriesAtOnce, CancellationToken = ct },
            async (i, token) =>
            {
                var there = keys[i].Where(pointers.ContainsKey).Select(k => pointers[k]).ToList();
                var alike = there.Count > 0 ? [] : await Alike(store, epoch, rows[i], token);
                compared[i] = new ComparedRow(rows[i], keys[i], there, alike);
            });
        return compared;
    }

    /// <summary>Ids whose exact duplicate tokens are the same; nothing is decrypted.</summary>
    private static async Task<IReadOnlyList<PatientId>> Alike(
        TenantStore store, int epoch, PlannedRow row, CancellationToken ct)
    {
        var found = new List<PatientId>();
        foreach (var token in await PatientIndex.Tokens(store, epoch, PatientIndex.Duplicates(row.Record), ct))
        {
            var page = await store.Query(Keys.SearchArea(token), "", AlikeMax, null, newestFirst: true, ct);
            found.AddRange(page.Items.Select(i => new PatientId(Guid.ParseExact(i.Key.Sort, "N"))));
        }

        return [.. found.Distinct().Take(AlikeMax)];
    }
}
