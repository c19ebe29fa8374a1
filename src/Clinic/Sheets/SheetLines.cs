using Clinic.Platform.Http;

namespace Clinic.Sheets;

/// <summary>How much of a list is read.</summary>
internal static class SheetLimits
{
    public const int RowsMax = 20_000;
    public const int ColumnsMax = 100;
    public const int CellLengthMax = 2000;
}

/// <summary>A row that holds something: its number as a spreadsheet shows it, and its cells as text.</summary>
internal sealed record SheetLine(int Number, IReadOnlyList<string> Cells);

/// <summary>Why a file is not read at all.</summary>
internal static class SheetRefusals
{
    public static readonly Refusal TooLarge = new(
        413, "sheet-too-large", "A request takes 4 MiB: send a larger list by an upload ticket, POST /v1/sheet-imports/uploads.");
    public static readonly Refusal MediaType = new(
        415, "media-type", "A list comes as text/csv or as an XLSX workbook, under its own media type.");
    public static readonly Refusal OldExcel = new(
        422, "sheet-old-excel", "This is a workbook of the old kind (.xls), or one with a password: save it as .xlsx without.");
    public static readonly Refusal OtherType = new(422, "sheet-other-type", "This is not what its media type says.");
    public static readonly Refusal Encoding = new(
        422, "sheet-encoding", "This text is neither UTF-8 nor UTF-16 with its mark, or it holds NUL: save it as CSV UTF-8.");
    public static readonly Refusal Malformed = new(
        422, "sheet-malformed", "This cannot be read: a quote that is not closed, or a workbook that is broken.");
    public static readonly Refusal Hostile = new(
        422, "sheet-limits", "This workbook unpacks into more than is read, or holds what is never read.");
    public static readonly Refusal NoSheet = new(422, "sheet-missing", "The workbook has no sheet of that name.");
    public static readonly Refusal TooManyRows = new(
        422, "sheet-too-many-rows", "A list has at most 20,000 rows: cut it into several.");
    public static readonly Refusal TooManyColumns = new(422, "sheet-too-many-columns", "A list has at most 100 columns.");
    public static readonly Refusal RowTooLong = new(422, "sheet-row-too-long", "A row of this list is longer than is read.");
    public static readonly Refusal NoHeader = new(
        422, "sheet-no-name-column", "No column of the first row is known as the name: name it in the mapping.");
    public static readonly Refusal HeaderTwice = new(
        422, "sheet-field-twice", "Two columns of the first row mean the same: name one of them as ignored in the mapping.");
    public static readonly Refusal NotAwaited = new(409, "sheet-not-awaited", "This list was started before.");
    public static readonly Refusal NotUploaded = new(409, "upload-missing", "Nothing of the announced size was uploaded yet.");
    public static readonly Refusal OtherUpload = new(422, "upload-differs", "What was uploaded is not what the ticket was for.");
    public static readonly Refusal NotChecked = new(
        409, "sheet-not-checked", "Only a list whose dry run is done, not more than a day ago, is applied.");
    public static readonly Refusal MappingChanged = new(
        409, "sheet-mapping-changed", "The mapping was changed since the dry run: start another one.");
    public static readonly Refusal NotApplied = new(409, "sheet-not-applied", "There is nothing to undo.");
}

/// <summary>Deep in a file something is more than is read; <see cref="SheetFile.Read"/> alone catches it.</summary>
internal sealed class SheetRefusedException(Refusal why) : InvalidOperationException(why.Code)
{
    public Refusal Why { get; } = why;
}

/// <summary>Collects what a reader finds, and stops it at the limits.</summary>
internal sealed class SheetLines
{
    private readonly List<SheetLine> lines = [];

    public IReadOnlyList<SheetLine> All => lines;

    /// <exception cref="SheetRefusedException">There are too many.</exception>
    public void Add(int number, IReadOnlyList<string> cells)
    {
        if (cells.Count > SheetLimits.ColumnsMax && cells.Skip(SheetLimits.ColumnsMax).Any(c => c.Length > 0))
        {
            throw new SheetRefusedException(SheetRefusals.TooManyColumns);
        }

        if (cells.All(string.IsNullOrWhiteSpace))
        {
            return;
        }

        // One is the header.
        if (lines.Count > SheetLimits.RowsMax)
        {
            throw new SheetRefusedException(SheetRefusals.TooManyRows);
        }

        lines.Add(new SheetLine(number, cells));
    }
}
