using System.IO.Compression;
using System.Text;
using Clinic.Platform.Http;
using Clinic.Sheets;
using Xunit;
using Lists = Clinic.Testing.PatientLists;

namespace Clinic.Tests.Sheets;

/// <summary>What strangers put into files: each is refused by its code, in bounded memory, and nothing is thrown.</summary>
public sealed class HostileListsTests
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Header = "Name,Age,Sex\n";

    public static TheoryData<string, string> Files => new()
    {
        { "50,000 rows", "sheet-too-many-rows" },
        { "10,000 columns", "sheet-too-many-columns" },
        { "101 columns", "sheet-too-many-columns" },
        { "a row of a megabyte", "sheet-row-too-long" },
        { "UTF-16 without its mark", "sheet-encoding" },
        { "UTF-16 cut in half", "sheet-encoding" },
        { "NUL", "sheet-encoding" },
        { "a code page", "sheet-encoding" },
        { "a quote that is never closed", "sheet-malformed" },
        { "a quote that is never closed, of megabytes", "sheet-row-too-long" },
        { "letters behind a quote", "sheet-malformed" },
        { "no header", "sheet-no-name-column" },
        { "nothing", "sheet-no-name-column" },
        { "a header twice", "sheet-field-twice" },
        { "a workbook as text", "sheet-other-type" },
        { "an old workbook", "sheet-old-excel" },
    };

    public static TheoryData<string, string> Books => new()
    {
        { "text", "sheet-other-type" },
        { "an old workbook", "sheet-old-excel" },
        { "a bomb", "sheet-limits" },
        { "a bomb beside", "sheet-limits" },
        { "a bomb that lies about its size", "sheet-malformed" },
        { "many parts", "sheet-limits" },
        { "a directory longer than it says", "sheet-limits" },
        { "billion laughs", "sheet-malformed" },
        { "an external entity", "sheet-malformed" },
        { "an external sheet", "sheet-limits" },
        { "50,000 rows", "sheet-too-many-rows" },
        { "10,000 columns", "sheet-too-many-columns" },
        { "a column beyond numbers", "sheet-malformed" },
        { "a shared text that is not there", "sheet-malformed" },
        { "a broken part", "sheet-malformed" },
        { "cut in half", "sheet-malformed" },
        { "no sheet", "sheet-malformed" },
        { "an empty package", "sheet-malformed" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_hostile_text_is_refused_by_its_code(string what, string code) => Assert.Equal(code, Code(Text(what),
        SheetType.Csv));

    [Theory]
    [MemberData(nameof(Books))]
    public void A_hostile_workbook_is_refused_by_its_code(string what, string code) => Assert.Equal(code, Code(Book(what),
        SheetType.Xlsx));

    [Fact]
    public void What_is_within_the_limits_is_read()
    {
        Assert.Equal("", Code(Lists.Of(SheetLimits.RowsMax), SheetType.Csv));
        Assert.Equal("sheet-too-many-rows", Code(Lists.Of(SheetLimits.RowsMax + 1), SheetType.Csv));
        Assert.Equal("", Code(Utf8(string.Join(',', Enumerable.Range(0, 99).Select(i => "c" + i).Append("Name"))),
            SheetType.Csv));
        Assert.Equal("", Code(Sheet("<row><c t=\"inlineStr\"><is><t>Name</t></is></c></row>"), SheetType.Xlsx));
        Assert.Equal("sheet-missing", Read(Sheet("<row/>"), SheetType.Xlsx, "Other"));
    }

    [Fact]
    public void A_bomb_is_not_unpacked()
    {
        var bomb = Book("a bomb");
        Code(bomb, SheetType.Xlsx);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("sheet-limits", Code(bomb, SheetType.Xlsx));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    private static byte[] Text(string what) => what switch
    {
        "50,000 rows" => Lists.Of(50_000),
        "10,000 columns" => Utf8("Name" + new string(',', 10_000) + "x\n"),
        "101 columns" => Utf8("Name" + new string(',', 100) + "x\n"),
        "a row of a megabyte" => Utf8(Header + new string('a', 1024 * 1024)),
        "UTF-16 without its mark" => Encoding.Unicode.GetBytes(Header + "कमला,44,F\n"),
        "UTF-16 cut in half" => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Header + "कमला,44,F\n")[..^1]],
        "NUL" => Utf8(Header + "Ka\0mala,44,F\n"),
        "a code page" => [.. Utf8(Header), 0xE9, 0xE8, 0x2C, 0x34],
        "a quote that is never closed" => Utf8(Header + "\"Kamala,44,F\nRani,33,F\n"),
        "a quote that is never closed, of megabytes" => Utf8(Header + "\"" + string.Concat(Enumerable.Repeat("Rani,33,F\n",
        200_000))),
        "letters behind a quote" => Utf8(Header + "\"Kamala\"x,44,F\n"),
        "no header" => Utf8("Kamala,44,F\n"),
        "nothing" => [],
        "a header twice" => Utf8("Name,Patient Name,Age\n"),
        "a workbook as text" => Sheet("<row/>"),
        _ => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[512]],
    };

    private static byte[] Book(string what) => what switch
    {
        "text" => Utf8(Header),
        "an old workbook" => Text(what),
        "a bomb" => Sheet("<row><c><v>" + new string('1', 90 * 1024 * 1024) + "</v></c></row>"),
        "a bomb beside" => Sheet("<row/>", zip => Lists.Add(zip, "xl/media/image1.png", new string(' ', 101 * 1024 * 1024))),
        "a bomb that lies about its size" => Lying(),
        "many parts" => Sheet("<row/>", zip => Array.ForEach([.. Enumerable.Range(0, 1001)], i => Lists.Add(zip, $"x{i}", ""))),
        "a directory longer than it says" => LongDirectory(),
        "billion laughs" => Xml("<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>", "<row><c><v>&b;</v></c></row>"),
        "an external entity" => Xml("<!DOCTYPE l [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>", "<row><c><v>&a;</v></c></row>"),
        "an external sheet" => External(),
        "50,000 rows" => Sheet(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"<row><c><v>{i}</v></c></row>"))),
        "10,000 columns" => Sheet("<row>" + string.Concat(Enumerable.Repeat("<c><v>1</v></c>", 10_000)) + "</row>"),
        "a column beyond numbers" => Sheet("<row><c r=\"ZZZZZZZZZZZZ1\"><v>1</v></c></row>"),
        "a shared text that is not there" => Sheet("<row><c t=\"s\"><v>7</v></c></row>"),
        "a broken part" => Sheet("<row><c><v>1</row>"),
        "cut in half" => Sheet("<row/>") is var whole ? whole[..(whole.Length / 2)] : [],
        "no sheet" => Without("xl/worksheets/sheet1.xml"),
        _ => [0x50, 0x4B, 0x03, 0x04, .. new byte[64]],
    };

    /// <summary>A part that unpacks into more than both its headers say.</summary>
    private static byte[] Lying()
    {
        var bytes = Sheet("<row><c t=\"inlineStr\"><is><t>" + new string('q', 500_000) + "</t></is></c></row>");
        var name = Utf8("xl/worksheets/sheet1.xml");
        for (var at = 0; at < bytes.Length - name.Length; at++)
        {
            // Sizes stand 24 bytes into a record of the directory, whose name comes at 46.
            if (bytes.AsSpan(at, name.Length).SequenceEqual(name) && at >= 46 && bytes[at - 46] == 0x50 && bytes[at - 44] == 0x01)
            {
                bytes.AsSpan(at - 46 + 24, 4).Clear();
                bytes[at - 46 + 24] = 200;
            }
        }

        return bytes;
    }

    /// <summary>So many parts that whoever opens it reads megabytes of names, though its end says one.</summary>
    private static byte[] LongDirectory()
    {
        var bytes = Sheet("<row/>", zip => Array.ForEach(
            [.. Enumerable.Range(0, 990)], i => Lists.Add(zip, $"{new string('n', 300)}{i}", "")));
        return bytes;
    }

    private static byte[] External()
    {
        var bytes = Without("xl/_rels/workbook.xml.rels");
        using var stream = new MemoryStream();
        stream.Write(bytes);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            Lists.Add(zip, "xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Lists.Links}\">"
                + "<Relationship Id=\"rId1\" Target=\"http://evil.example/sheet.xml\" TargetMode=\"External\"/></Relationships>");
        }

        return stream.ToArray();
    }

    private static byte[] Without(string place)
    {
        using var stream = new MemoryStream();
        stream.Write(Sheet("<row/>"));
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(place)!.Delete();
        }

        return stream.ToArray();
    }

    private static byte[] Sheet(string rows, Action<ZipArchive>? more = null) => Lists.Package(
        $"<worksheet xmlns=\"{Main}\"><sheetData>{rows}</sheetData></worksheet>", null, more);

    private static byte[] Xml(string type, string rows) => Lists.Package(
        $"{type}<worksheet xmlns=\"{Main}\"><sheetData>{rows}</sheetData></worksheet>");

    private static string Code(byte[] bytes, SheetType type) => Read(bytes, type, null);

    private static string Read(byte[] bytes, SheetType type, string? sheet)
    {
        Refusal? why = null;
        var isRead = SheetFile.Read(bytes, type, sheet).Holds(out var lines, out why)
            && SheetPlan.Make(lines, SheetMappingForm.Default, new DateOnly(2027, 6, 1)).Holds(out _, out why);
        return isRead ? "" : why!.Code;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
