using System.Globalization;
using System.Xml;

namespace Clinic.Sheets;

/// <summary>Which cell formats of a workbook show a number as a date (ECMA-376 part 1, 18.8.30).</summary>
internal static class XlsxStyles
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const int FormatsMax = 65_536;

    /// <summary>Numbers of built-in formats, those of times alone left out.</summary>
    private static readonly int[] BuiltIn = [14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58];

    /// <summary>Positions among the formats of cells.</summary>
    public static HashSet<int> Dates(XlsxPackage package)
    {
        var (formats, dates, position, inCells) = (BuiltIn.ToHashSet(), new HashSet<int>(), 0, false);
        using var xml = package.Xml("xl/styles.xml");
        while (xml?.Read() == true && position < FormatsMax)
        {
            if (xml.NamespaceURI != Main)
            {
                continue;
            }

            switch (xml.NodeType, xml.LocalName)
            {
                case (XmlNodeType.Element, "numFmt") when IsDate(xml.GetAttribute("formatCode") ?? ""):
                    formats.Add(Number(xml.GetAttribute("numFmtId")));
                    break;
                case (XmlNodeType.Element, "cellXfs"):
                    inCells = true;
                    break;
                case (XmlNodeType.EndElement, "cellXfs"):
                    return dates;
                case (XmlNodeType.Element, "xf") when inCells:
                    if (formats.Contains(Number(xml.GetAttribute("numFmtId"))))
                    {
                        dates.Add(position);
                    }

                    position++;
                    break;
                default:
                    break;
            }
        }

        return dates;
    }

    /// <summary>A year or a day in it, outside of quotes and brackets.</summary>
    private static bool IsDate(string code)
    {
        var (quoted, bracketed) = (false, false);
        foreach (var letter in code)
        {
            quoted ^= letter == '"';
            bracketed = letter == '[' || (bracketed && letter != ']');
            if (!quoted && !bracketed && letter is 'y' or 'Y' or 'd' or 'D')
            {
                return true;
            }
        }

        return false;
    }

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
