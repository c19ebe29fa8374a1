using System.Globalization;
using System.Text;
using System.Xml;

namespace Clinic.Sheets;

/// <summary>
/// The first sheet of a workbook, or one that is named: values only. Formulas count by the value that was saved with them and are
/// never worked out; macros, external links and pictures are not looked at.
/// </summary>
internal static class XlsxSheet
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const int SharedMax = 1_000_000;
    private const int CellsMax = SheetLimits.RowsMax * SheetLimits.ColumnsMax;
    private static readonly DateTime SerialZero = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);

    public static SheetLines Read(byte[] bytes, string? name)
    {
        using var package = XlsxPackage.Open(bytes);
        var place = PlaceOf(package, name);
        var shared = Shared(package);
        var dates = XlsxStyles.Dates(package);
        using var xml = package.Xml(place) ?? throw new SheetRefusedException(SheetRefusals.Malformed);
        var (lines, number, seen) = (new SheetLines(), 0, 0);
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "row" || xml.NamespaceURI != Main)
            {
                continue;
            }

            number = int.TryParse(xml.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var told)
                && told > number
                ? told : number + 1;
            var cells = new List<string>();
            using var row = xml.ReadSubtree();
            while (row.ReadToFollowing("c", Main))
            {
                if (++seen > CellsMax)
                {
                    throw new SheetRefusedException(SheetRefusals.Hostile);
                }

                Place(cells, row.GetAttribute("r"), Cell(row, shared, dates).Trim());
            }

            lines.Add(number, cells);
        }

        return lines;
    }

    private static string PlaceOf(XlsxPackage package, string? name)
    {
        var id = (string?)null;
        using (var book = package.Xml("xl/workbook.xml") ?? throw new SheetRefusedException(SheetRefusals.OtherType))
        {
            while (id is null && book.ReadToFollowing("sheet", Main))
            {
                id = name is null || book.GetAttribute("name") == name ? book.GetAttribute("id", Relations) : null;
            }
        }

        if (id is null)
        {
            throw new SheetRefusedException(SheetRefusals.NoSheet);
        }

        using var links = package.Xml("xl/_rels/workbook.xml.rels") ?? throw new SheetRefusedException(SheetRefusals.Malformed);
        while (links.Read())
        {
            if (links.LocalName == "Relationship" && links.GetAttribute("Id") == id)
            {
                var target = links.GetAttribute("Target") ?? "";
                return links.GetAttribute("TargetMode") == "External" ? throw new SheetRefusedException(SheetRefusals.Hostile)
                    : target.StartsWith('/') ? target[1..] : "xl/" + target;
            }
        }

        throw new SheetRefusedException(SheetRefusals.Malformed);
    }

    private static List<string> Shared(XlsxPackage package)
    {
        var shared = new List<string>();
        using var xml = package.Xml("xl/sharedStrings.xml");
        while (xml?.ReadToFollowing("si", Main) == true)
        {
            if (shared.Count == SharedMax)
            {
                throw new SheetRefusedException(SheetRefusals.Hostile);
            }

            shared.Add(Text(xml));
        }

        return shared;
    }

    /// <summary>A cell says where it stands; one that does not stands beside the last.</summary>
    private static void Place(List<string> cells, string? reference, string text)
    {
        var column = reference is null ? cells.Count : Column(reference);
        if (column >= SheetLimits.ColumnsMax)
        {
            if (text.Length == 0)
            {
                return;
            }

            throw new SheetRefusedException(SheetRefusals.TooManyColumns);
        }

        while (cells.Count <= column)
        {
            cells.Add("");
        }

        cells[column] = text;
    }

    private static int Column(string reference)
    {
        var column = 0;
        foreach (var letter in reference.TakeWhile(char.IsAsciiLetter))
        {
            column = checked((column * 26) + (char.ToUpperInvariant(letter) - 'A' + 1));
        }

        return column == 0 ? throw new SheetRefusedException(SheetRefusals.Malformed) : column - 1;
    }

    private static string Cell(XmlReader row, List<string> shared, HashSet<int> dates)
    {
        var (type, style) = (row.GetAttribute("t"), row.GetAttribute("s"));
        if (row.IsEmptyElement)
        {
            return "";
        }

        var value = "";
        var depth = row.Depth;
        while (row.Read() && row.Depth > depth)
        {
            if (row.NodeType == XmlNodeType.Element && row.Depth == depth + 1)
            {
                value = row.LocalName switch
                {
                    "v" => Text(row),
                    "is" => Text(row),
                    _ => value,
                };
            }
        }

        return type switch
        {
            "s" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < shared.Count
                ? shared[index] : throw new SheetRefusedException(SheetRefusals.Malformed),
            "e" => "",
            "b" or "str" or "inlineStr" or "d" => value,
            _ => Number(value, int.TryParse(style, out var format) && dates.Contains(format)),
        };
    }

    /// <summary>Numbers as a person would write them: phones without a decimal point or an exponent, dates as dates.</summary>
    private static string Number(string value, bool isDate)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || Math.Abs(number) >= 1e15)
        {
            return value;
        }

        return isDate && number is >= 1 and < 2_958_466
            ? SerialZero.AddDays(Math.Floor(number)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : number == Math.Floor(number) ? ((long)number).ToString(CultureInfo.InvariantCulture) : value;
    }

    /// <summary>All words within an element, but for the readings of ideographs beside them.</summary>
    private static string Text(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            return "";
        }

        var (text, depth, skips) = (new StringBuilder(), xml.Depth, 0);
        while (xml.Read() && xml.Depth > depth)
        {
            skips = xml.LocalName == "rPh" ? xml.NodeType == XmlNodeType.EndElement || xml.IsEmptyElement ? 0 : 1 : skips;
            if (skips == 0 && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace
                && text.Length <= SheetLimits.CellLengthMax)
            {
                // One more than a cell may have is enough to refuse it.
                var value = xml.Value;
                text.Append(value, 0, Math.Min(value.Length, SheetLimits.CellLengthMax + 1));
            }
        }

        return text.ToString();
    }
}
