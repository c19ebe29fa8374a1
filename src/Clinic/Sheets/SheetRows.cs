using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Store;

namespace Clinic.Sheets;

/// <summary>A row that is likely, or certainly, somebody else's too.</summary>
/// <param name="Rows">Earlier rows of the same list.</param>
/// <param name="Patients">Of the register.</param>
/// <param name="Known">It is the one that was imported before, so it is never registered again.</param>
public sealed record SheetDuplicate(int Row, IReadOnlyList<int> Rows, IReadOnlyList<PatientId> Patients, bool Known);

/// <summary>The rows beside a list's own: lists of its report, whom it registered, and how it finds her again.</summary>
internal static class SheetRows
{
    public const int PerRow = 200;
    public const string Registered = "registered";
    public const string Removed = "removed";
    public const string Stays = "stays";
    private const string List = "list";
    private const string How = "how";
    private const string Why = "why";
    private const string From = "src";
    private const string Patient = "patient";
    private const string By = "by";
    private const string Number = "row";

    /// <summary>Another list has her too: then undoing the first does not take her away.</summary>
    public const string Also = "also";
    private const int TokenBytes = 16;

    public static Item Refusals(SheetImportId import, long step, int page, SheetRefusal[] refusals) =>
        new Item(Keys.SheetRefusals(import, step, page))
            .Set(List, JsonSerializer.Serialize(refusals, SheetsJson.Default.SheetRefusalArray));

    public static SheetRefusal[] Refusals(Item row) =>
        JsonSerializer.Deserialize(row.Need(List), SheetsJson.Default.SheetRefusalArray)!;

    public static Item Duplicates(SheetImportId import, long step, SheetDuplicate[] duplicates) =>
        new Item(Keys.SheetDuplicates(import, step))
            .Set(List, JsonSerializer.Serialize(duplicates, SheetsJson.Default.SheetDuplicateArray));

    public static SheetDuplicate[] Duplicates(Item row) =>
        JsonSerializer.Deserialize(row.Need(List), SheetsJson.Default.SheetDuplicateArray)!;

    public static Item Of(SheetImportId import, PatientId patient, string how, IEnumerable<Key> pointers, string? why = null)
    {
        var row = new Item(Keys.SheetPatient(import, patient)).Set(How, how)
            .Set(From, string.Join(' ', pointers.Select(p => p.Area[Keys.SourcePrefix.Length..])));
        return why is null ? row : row.Set(Why, why);
    }

    public static SheetPatientView View(Item row) => new(PatientOf(row), row.Need(How), row.Text(Why));

    public static PatientId PatientOf(Item row) =>
        new(Guid.ParseExact(row.Key.Sort[Keys.SheetPatientPrefix.Length..], "N"));

    public static bool IsRegistered(Item row) => row.Need(How) == Registered;

    public static IReadOnlyList<Key> PointersOf(Item row) =>
        [.. row.Need(From).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Keys.Source)];

    /// <summary>
    /// Where a row is found again: by the clinic's own number, and by its whole content. Keyed hashes under the intake key, which
    /// never changes, so that the list of next year finds the patients of this one.
    /// </summary>
    public static async Task<IReadOnlyList<Key>> Pointers(TenantStore store, PlannedRow row, CancellationToken ct)
    {
        var content = JsonSerializer.Serialize(row.Record with { Birth = Told(row) }, SheetsJson.Default.PatientRecord);
        var pointers = new List<Key> { Keys.Source(await store.Mac("sheet-row", content, TokenBytes, ct)) };
        if (row.ClinicNumber is { } number)
        {
            pointers.Add(Keys.Source(await store.Mac("sheet-number", number, TokenBytes, ct)));
        }

        return pointers;
    }

    /// <param name="row">Number in the file: a step that is taken again knows its own by it.</param>
    public static Item Pointer(Key key, PatientId patient, SheetImportId import, int row) =>
        new Item(key).Set(Patient, Keys.Hex(patient.Value)).Set(By, Keys.Hex(import.Value)).Set(Number, row);

    public static PatientId PointedAt(Item pointer) => new(Guid.ParseExact(pointer.Need(Patient), "N"));

    public static bool IsOf(Item pointer, SheetImportId import) => pointer.Text(By) == Keys.Hex(import.Value);

    public static bool IsOf(Item pointer, SheetImportId import, int row) =>
        IsOf(pointer, import) && pointer.Has(Number) && pointer.Number(Number) == row;

    /// <summary>An age as the list tells it: the day on which it was read is not of the row.</summary>
    private static Patients.PatientBirth Told(PlannedRow row) => row.Record.Birth with { AgeOn = null };
}
