using Clinic.Patients;
using Clinic.Platform.Http;

namespace Clinic.Sheets;

/// <summary>A row that holds a patient, on its way from the file to the register.</summary>
/// <param name="Alike">Rows before this one that are likely the same person.</param>
internal sealed record PlannedRow(int Row, PatientRecord Record, string? ClinicNumber, IReadOnlyList<int> Alike);

/// <summary>A column that is not imported: by its position, and while the file is there by its header.</summary>
public sealed record UnknownColumn(int Column, string? Header);

/// <param name="Width">Up to the last header.</param>
internal sealed record KnownColumns(
    IReadOnlyDictionary<SheetField, int> Fields, int Width, IReadOnlyList<UnknownColumn> Unknown);

/// <summary>A list as a whole, understood; the same for the same bytes, mapping and day.</summary>
internal sealed record SheetPlan(
    IReadOnlyList<PlannedRow> Rows, IReadOnlyList<SheetRefusal> Refused, IReadOnlyList<UnknownColumn> Unknown, int Read,
        int Turned,
    int Masked, int FirstRow, int LastRow)
{
    /// <summary>Rows of a sealed part.</summary>
    public const int PartRows = 500;

    /// <summary>More are not named: a list in which everybody is like everybody says so by its counts.</summary>
    private const int AlikeMax = 10;

    public int Parts => (Rows.Count + PartRows - 1) / PartRows;

    public IEnumerable<PlannedRow> Part(int number) => Rows.Skip(number * PartRows).Take(PartRows);

    /// <summary>Pure.</summary>
    public static Outcome<SheetPlan> Make(IReadOnlyList<SheetLine> lines, SheetMappingForm mapping, DateOnly today) =>
        Columns(lines, mapping).Holds(out var known, out var why)
            ? Each(lines, new SheetPatients(mapping, known.Fields, known.Width, today), known.Unknown) : why;

    /// <summary>What the first row says of the columns.</summary>
    public static Outcome<KnownColumns> Columns(IReadOnlyList<SheetLine> lines, SheetMappingForm mapping)
    {
        if (lines.Count == 0)
        {
            return SheetRefusals.NoHeader;
        }

        var header = lines[0].Cells;
        var width = header.Count;
        while (width > 0 && string.IsNullOrWhiteSpace(header[width - 1]))
        {
            width--;
        }

        var (columns, unknown) = (new Dictionary<SheetField, int>(), new List<UnknownColumn>());
        for (var i = 0; i < width; i++)
        {
            var field = mapping.FieldOf(header[i]);
            if (field is null)
            {
                unknown.Add(new UnknownColumn(i + 1, Shown(header[i])));
            }
            else if (field is not SheetField.Ignored && !columns.TryAdd(field.Value, i))
            {
                return SheetRefusals.HeaderTwice;
            }
        }

        return columns.ContainsKey(SheetField.Name) || columns.ContainsKey(SheetField.GivenName)
            ? new KnownColumns(columns, width, unknown) : SheetRefusals.NoHeader;
    }

    private static SheetPlan Each(IReadOnlyList<SheetLine> lines, SheetPatients patients, IReadOnlyList<UnknownColumn> unknown)
    {
        var (rows, refused, masked, turned) = (new List<PlannedRow>(), new List<SheetRefusal>(), 0, 0);
        var seen = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1))
        {
            var read = patients.Read(line);
            masked += read.Masked;
            refused.AddRange(read.Refused);
            if (read.Record is not { } record)
            {
                turned++;
                continue;
            }

            var marks = PatientIndex.Duplicates(record).Select(d => $"{d.Kind}|{d.Normalised}")
                .Concat(read.ClinicNumber is { } number ? [$"number|{number}"] : []).ToList();
            var alike = marks.SelectMany(m => seen.GetValueOrDefault(m) ?? []).Distinct().Order().Take(AlikeMax).ToList();
            foreach (var mark in marks)
            {
                var those = seen.TryGetValue(mark, out var there) ? there : seen[mark] = [];
                if (those.Count < AlikeMax)
                {
                    those.Add(line.Number);
                }
            }

            rows.Add(new PlannedRow(line.Number, record, read.ClinicNumber, alike));
        }

        return new SheetPlan(
            rows, refused, unknown, lines.Count - 1, turned, masked, lines.Count > 1 ? lines[1].Number : 0,
            lines.Count > 1 ? lines[^1].Number : 0);
    }

    /// <summary>A file without a header has somebody's values there: they are shown to whoever sent it, and an Aadhaar number is
    /// not.</summary>
    private static string Shown(string header)
    {
        var plain = AadhaarCells.Mask(string.Concat(header.Where(c => !char.IsControl(c)))).Text;
        return plain.Length <= 80 ? plain : plain[..80];
    }
}
