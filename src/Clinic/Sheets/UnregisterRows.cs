using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;

namespace Clinic.Sheets;

/// <summary>
/// Erases whom a list registered, a few in a step: she leaves roster and search, her head becomes a tombstone, and a message to
/// whoever destroys keys is in the same transaction. That nobody worked with her is a condition of it: every act on a patient
/// whose consent is pending takes the next version of her head.
/// </summary>
internal static class UnregisterRows
{
    private const string Changed = "changed";
    private const string HasEntries = "has-entries";
    private const string InAnotherList = "in-another-list";
    private const int PatientsMax = 8;
    private const int OperationsMax = 88;

    /// <summary>Head, roster, two pointers, place in the report, message.</summary>
    private const int OperationsBesideIndex = 6;

    public static async Task<SheetStep> Next(Delivery message, SheetImport import, DateTimeOffset now, CancellationToken ct)
    {
        var store = message.Store;
        var page = await store.Query(
            Keys.SheetImport(import.Id).Area, Keys.SheetPatientPrefix, PatientsMax, import.Undo, newestFirst: false, ct);
        var rows = page.Items.Where(SheetRows.IsRegistered).ToList();
        var known = await Open(message, rows, ct);
        var pointers = (await store.GetMany([.. rows.SelectMany(SheetRows.PointersOf).Distinct()], ct)).ToDictionary(p => p.Key);
        var (removed, stay, operations, last) = (new List<(Item Row, Patient Patient)>(), new List<(Item Row, string Why)>(),
            0, import.Undo);
        var epochs = (await store.State(ct)).EpochsEmptied.Count();
        foreach (var row in page.Items)
        {
            var patient = known.GetValueOrDefault(SheetRows.PatientOf(row));
            operations += OperationsBesideIndex + (patient is null ? 0 : PatientIndex.Of(patient.Record).Count * epochs);
            if (operations > OperationsMax && last != import.Undo)
            {
                break;
            }

            last = row.Key.Sort;
            if (!SheetRows.IsRegistered(row))
            {
                continue;
            }

            if (await Touched(store, row, patient, pointers, ct) is { } why)
            {
                stay.Add((row, why));
            }
            else
            {
                removed.Add((row, patient!));
            }
        }

        var isLast = page.NextSort is null && (page.Items.Count == 0 || last == page.Items[^1].Key.Sort);
        return Step(store, import, removed, stay, (isLast, last), now, ct);
    }

    private static SheetStep Step(
        TenantStore store, SheetImport import, List<(Item Row, Patient Patient)> removed, List<(Item Row, string Why)> stay,
        (bool IsLast, string? At) place, DateTimeOffset now, CancellationToken ct)
    {
        var after = import.Next(place.IsLast ? SheetState.Undone : SheetState.Undoing) with
        {
            Undo = place.At,
            EndedAt = place.IsLast ? now : null,
            Counts = import.Counts with
            {
                Removed = import.Counts.Removed + removed.Count, Stayed = import.Counts.Stayed + stay.Count,
            },
        };
        var action = removed.Count > 0 ? AuditAction.PatientErased
            : place.IsLast ? AuditAction.SheetImportUndone : AuditAction.SheetStepDone;
        return new SheetStep(after, action, $"removed {removed.Count} stay {stay.Count}")
        {
            Patients = [.. removed.Select(r => r.Patient.Id)],
            Rows = async change =>
            {
                foreach (var (row, why) in stay)
                {
                    change.Put(SheetRows.Of(
                        import.Id, SheetRows.PatientOf(row), SheetRows.Stays, SheetRows.PointersOf(row), why));
                }

                foreach (var (row, patient) in removed)
                {
                    change.Replace(PatientItem.Tombstone(patient, now, store.Caller.Actor), patient.Version, Problems.Conflict)
                        .Delete(Keys.PatientOnRoster(patient.Id))
                        .Put(SheetRows.Of(import.Id, patient.Id, SheetRows.Removed, []))
                        .Publish(Topics.PatientErasure, Keys.Hex(patient.Id.Value));
                    foreach (var pointer in SheetRows.PointersOf(row))
                    {
                        change.Delete(pointer, Condition.Lacks(SheetRows.Also), Problems.Conflict);
                    }

                    change = await PatientIndex.Leave(change, store, patient.Id, patient.Record, ct);
                }

                return change;
            },
        };
    }

    /// <summary>Null when nobody worked with her since, else why she stays.</summary>
    private static async Task<string?> Touched(
        TenantStore store, Item row, Patient? patient, Dictionary<Key, Item> pointers, CancellationToken ct)
    {
        if (patient is not { Version: 1, State: PatientState.ConsentPending })
        {
            return Changed;
        }

        if (SheetRows.PointersOf(row).Any(p => pointers.GetValueOrDefault(p)?.Has(SheetRows.Also) != false))
        {
            return InAnotherList;
        }

        var hers = await store.Query(Keys.Patient(patient.Id).Area, "", 2, null, newestFirst: false, ct);
        return hers.Items.Count > 1 ? HasEntries : null;
    }

    /// <summary>Erased ones are left out, and whose key is gone.</summary>
    private static async Task<Dictionary<PatientId, Patient>> Open(
        Delivery message, IReadOnlyList<Item> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var ids = rows.Select(SheetRows.PatientOf).ToList();
        var entry = new AuditEntry(message.Caller, AuditAction.PatientRead, AuditOutcome.Requested)
        {
            Hits = ids, Note = "to undo", Subject = message.Subject,
        };
        var disclosed = await message.Store.Disclose(entry, t => PatientItem.ReadForRounds(message.Store, ids, t), ct);
        return disclosed.Holds(out var patients, out _) ? patients.ToDictionary(p => p.Id) : [];
    }
}
