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

/// <param name="Row">Number in the file.</param>
internal sealed record NewPatient(Patient Patient, int Row, IReadOnlyList<Key> Pointers);

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

    /// <summary>Of one step. Those that do not fit into its transaction have others beside it.</summary>
    public const int RowsMax = 24;

    /// <summary>Rows and keys of a step: with report, clock, trail and messages it stays below a transaction's 100.</summary>
    private const int OperationsMax = 88;

    /// <summary>Two keys, head, roster, two pointers, place in the report.</summary>
    private const int OperationsBesideIndex = 7;

    public static async Task<SheetStep> Compare(
        Delivery message, SheetImport import, PlannedRow[] part, TenantState state, CancellationToken ct)
    {
        var rows = await Compared(
            message.Store, part.Skip(import.Row).Take(CompareMax).ToList(), state.IndexEpoch, lookAlike: true, ct);
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
        Delivery message, SheetImport import, PlannedRow[] part, TenantState state, DateTimeOffset now, CancellationToken ct)
    {
        // An expired list can be undone as soon as it counts somebody, so its first step has no transaction beside it.
        var rowsMax = import.Counts.Registered == 0 ? 1 : RowsMax;
        var look = import.Duplicates == SheetDuplicates.Skip;
        var rows = await Compared(message.Store, part.Skip(import.Row).Take(rowsMax).ToList(), state.IndexEpoch, look, ct);
        var (taken, skipped, before, claimed) = (0, 0, 0, new HashSet<Key>());
        var (patients, also) = (new List<NewPatient>(), new List<Item>());
        foreach (var row in rows)
        {
            if (row.Keys.Any(claimed.Contains))
            {
                // Its twin is in this very step: the next one finds it registered.
                break;
            }

            claimed.UnionWith(row.Keys);
            taken++;
            if (row.Pointers.Any(p => SheetRows.IsOf(p, import.Id, row.Row.Row)))
            {
                // An attempt at this step died between its transactions.
                before++;
            }
            else if (row.Pointers.Count > 0 || (look && (row.Alike.Count > 0 || row.Row.Alike.Count > 0)))
            {
                skipped++;
                also.AddRange(row.Pointers.Where(p => !SheetRows.IsOf(p, import.Id)));
            }
            else
            {
                patients.Add(new NewPatient(
                    new Patient(
                        Id.New<PatientId>(now), PatientState.ConsentPending, 1, now, message.Store.Caller.Actor,
                        row.Row.Record, []),
                    row.Row.Row, row.Keys));
            }
        }

        var after = Advance(import, part, taken, SheetState.Applying, SheetState.Clearing) with
        {
            Counts = import.Counts with
            {
                Registered = import.Counts.Registered + patients.Count + before, Skipped = import.Counts.Skipped + skipped,
            },
        };
        return Step(message.Store, after, import.Id, patients, also, state, $"registered {patients.Count} skipped {skipped}", ct);
    }

    private static SheetStep Step(
        TenantStore store, SheetImport after, SheetImportId import, List<NewPatient> patients, List<Item> also, TenantState state,
        string note, CancellationToken ct)
    {
        var packs = Packs(patients, state.EpochsWritten.Count(), also.Count);
        var own = packs[0];
        return new SheetStep(after, own.Count > 0 ? AuditAction.PatientImported : AuditAction.SheetStepDone, note)
        {
            Patients = [.. own.Select(p => p.Patient.Id)],
            Rows = change =>
            {
                foreach (var pointer in also)
                {
                    change.Patch(
                        new Item(pointer.Key).Set(SheetRows.Also, Keys.Hex(import.Value)), [], Condition.Exists,
                        Problems.Conflict);
                }

                return Rows(change, store, import, own, state, ct);
            },
            Beside =
            [
                .. packs.Skip(1).Select((pack, number) => new SheetRowsBeside(
                    [.. pack.Select(p => p.Patient.Id)],
                    change => Rows(
                        change.Require(Keys.SheetFence(import, number), Condition.Absent, Problems.Stale), store, import, pack,
                        state, ct))),
            ],
        };
    }

    private static async Task<Change> Rows(
        Change change, TenantStore store, SheetImportId import, IReadOnlyList<NewPatient> patients, TenantState state,
        CancellationToken ct)
    {
        foreach (var (patient, row, pointers) in patients)
        {
            foreach (var pointer in pointers)
            {
                change.Insert(SheetRows.Pointer(pointer, patient.Id, import, row));
            }

            change.Insert(SheetRows.Of(import, patient.Id, SheetRows.Registered, pointers));
            change = await RegisterPatient.Insert(change, store, patient, ct, state);
        }

        return change;
    }

    /// <summary>As many as one transaction takes, each. The first has the pointers of those who are there too.</summary>
    private static List<List<NewPatient>> Packs(List<NewPatient> patients, int epochs, int also)
    {
        var (packs, operations) = (new List<List<NewPatient>> { new() }, also);
        foreach (var patient in patients)
        {
            var own = OperationsBesideIndex + (PatientIndex.Of(patient.Patient.Record).Count * epochs);
            if (operations + own > OperationsMax)
            {
                packs.Add([]);
                operations = 0;
            }

            packs[^1].Add(patient);
            operations += own;
        }

        return packs;
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

    /// <param name="lookAlike">Whether it matters who is likely the same.</param>
    private static async Task<IReadOnlyList<ComparedRow>> Compared(
        TenantStore store, IReadOnlyList<PlannedRow> rows, int epoch, bool lookAlike, CancellationToken ct)
    {
        var keys = new List<IReadOnlyList<Key>>();
        foreach (var row in rows)
        {
            keys.Add(await SheetRows.Pointers(store, row, ct));
        }

        var pointers = (await store.GetMany([.. keys.SelectMany(k => k).Distinct()], ct)).ToDictionary(p => p.Key);
        var compared = new ComparedRow[rows.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, rows.Count),
            new ParallelOptions { MaxDegreeOfParallelism = QueriesAtOnce, CancellationToken = ct },
            async (i, token) =>
            {
                var there = keys[i].Where(pointers.ContainsKey).Select(k => pointers[k]).ToList();
                var alike = there.Count > 0 || !lookAlike ? [] : await Alike(store, epoch, rows[i], token);
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
