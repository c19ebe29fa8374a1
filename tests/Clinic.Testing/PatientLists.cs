using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security;
using System.Text;
using System.Text.Json.Nodes;

namespace Clinic.Testing;

/// <summary>Lists of patients as clinics keep them: one made by hand, larger ones, and the same as workbooks.</summary>
public static class PatientLists
{
    public const string Csv = "text/csv";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Aadhaar numbers of the list by hand, in the ways in which it writes them.</summary>
    public static readonly string[] AadhaarNumbers = ["3847 2916 5045", "702918347566"];

    /// <summary>What of it must never be read anywhere.</summary>
    private static readonly string[] Spoken =
    [
        "Annapurna Mukhopadhyay", "Thangavel", "सावित्री कुलकर्णी", "रामेश्वर", "Harikrishna", "9823011234", "HYPERLINK",
        "Gandhi Marg",
        "91-4417-2206-1205", "patient10@asha-list.example", "Mahesh Trivedi", "Shoe size", .. AadhaarNumbers,
    ];

    /// <summary>68 rows and a header: docs/imports.md tells what becomes of such.</summary>
    public static byte[] Clinic => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Samples", "sheets", "clinic.csv"));

    /// <summary>A list of that many adults, none like another.</summary>
    public static byte[] Of(int rows, string prefix = "N")
    {
        var text = new StringBuilder("Reg No,Name,DOB,Sex,Mobile\n");
        for (var i = 0; i < rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{prefix}-{i},{Samples.Letters(i)} Kandasamy{Samples.Letters(i / 7)},")
                .Append(CultureInfo.InvariantCulture,
                    $"{1 + (i % 28):00}/{1 + (i % 12):00}/{1930 + (i % 70)},F,{9_000_000_000 + i}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The same list as a workbook; numbers of a birth date's form as dates, every third text shared.</summary>
    public static byte[] Workbook(IReadOnlyList<IReadOnlyList<string>> rows, Action<ZipArchive>? more = null)
    {
        var (shared, sheet) = (new List<string>(), new StringBuilder());
        foreach (var (row, r) in rows.Select((row, r) => (row, r)))
        {
            sheet.Append(CultureInfo.InvariantCulture, $"<row r=\"{r + 1}\">");
            foreach (var (cell, c) in row.Select((cell, c) => (cell, c)).Where(x => x.cell.Length > 0))
            {
                var place = $"{(char)('A' + c)}{r + 1}";
                if ((r + c) % 3 == 0)
                {
                    shared.Add(cell);
                    sheet.Append(CultureInfo.InvariantCulture, $"<c r=\"{place}\" t=\"s\"><v>{shared.Count - 1}</v></c>");
                }
                else
                {
                    sheet.Append($"<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{Text(cell)}</t></is></c>");
                }
            }

            sheet.Append("</row>");
        }

        return Package(
            $"<worksheet xmlns=\"{Main}\"><sheetData>{sheet}</sheetData></worksheet>",
            $"<sst xmlns=\"{Main}\">{string.Concat(shared.Select(Shared))}</sst>", more);
    }

    /// <summary>A workbook around the XML of one sheet.</summary>
    public static byte[] Package(string sheet, string? shared = null, Action<ZipArchive>? more = null)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><sheets>"
                + "<sheet name=\"Patients\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
            Add(zip, "xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Links}\">"
                + "<Relationship Id=\"rId1\" Type=\"worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>");
            Add(zip, "xl/styles.xml", $"<styleSheet xmlns=\"{Main}\"><numFmts count=\"1\">"
                + "<numFmt numFmtId=\"170\" formatCode=\"dd/mm/yyyy\"/></numFmts>"
                + "<cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/></cellXfs></styleSheet>");
            if (shared is not null)
            {
                Add(zip, "xl/sharedStrings.xml", shared);
            }

            Add(zip, "xl/worksheets/sheet1.xml", sheet);
            more?.Invoke(zip);
        }

        return bytes.ToArray();
    }

    public static void Add(ZipArchive zip, string place, string xml)
    {
        using var part = zip.CreateEntry(place, CompressionLevel.Optimal).Open();
        part.Write(Encoding.UTF8.GetBytes(xml));
    }

    public static async Task<Answered> Offer(ClinicClient client, byte[] bytes, string type = "csv") =>
        (await client.Post("/v1/sheet-imports/uploads", new JsonObject
        {
            ["type"] = type,
            ["sizeBytes"] = bytes.Length,
            ["sha256"] = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(bytes)),
        })).Expect(HttpStatusCode.Created);

    /// <summary>Starts a dry run and waits for its end.</summary>
    public static async Task<JsonNode> TrySheet(this ClinicClient client, byte[] bytes, string type = Csv)
    {
        Array.ForEach(Spoken, SpokenValues.Hear);
        var started = (await client.PostBytes("/v1/sheet-imports", bytes, type)).Expect(HttpStatusCode.Accepted);
        return await client.AwaitSheet(started.Headers.Location!.ToString());
    }

    public static async Task<JsonNode> ApplySheet(this ClinicClient client, JsonNode tried, string duplicates = "skip")
    {
        (await client.Post(PathOf(tried) + "/apply",
            new JsonObject { ["duplicates"] = duplicates })).Expect(HttpStatusCode.Accepted);
        return await client.AwaitSheet(PathOf(tried));
    }

    public static async Task<JsonNode> UndoSheet(this ClinicClient client, JsonNode applied)
    {
        (await client.Post(PathOf(applied) + "/undo", null)).Expect(HttpStatusCode.Accepted);
        return await client.AwaitSheet(PathOf(applied));
    }

    public static string PathOf(JsonNode list) => $"/v1/sheet-imports/{list["id"]}";

    public static string State(this JsonNode list) => list["state"]!.GetValue<string>();

    public static int Count(this JsonNode list, string what) => list["counts"]![what]!.GetValue<int>();

    /// <summary>All parts of a list of a report.</summary>
    public static async Task<List<JsonNode>> Listed(this ClinicClient client, JsonNode list, string what)
    {
        var (found, cursor) = (new List<JsonNode>(), "");
        do
        {
            var page = (await client.Get($"{PathOf(list)}/{what}{cursor}")).Expect(HttpStatusCode.OK).Json;
            found.AddRange(page[what]!.AsArray().Select(n => n!));
            cursor = page["next"] is { } next ? $"?cursor={next}" : "";
        }
        while (cursor.Length > 0);

        return found;
    }

    /// <summary>Until nothing moves it but a member.</summary>
    public static Task<JsonNode> AwaitSheet(this ClinicClient client, string path) => Until.Holds(
        async () => (await client.Get(path)).Expect(HttpStatusCode.OK).Json is var list
            && (list["endedAt"] is not null || list.State() == "checked") ? list : null,
        "rest of " + path);

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    public const string Links = "http://schemas.openxmlformats.org/package/2006/relationships";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private static string Shared(string text) => $"<si><t xml:space=\"preserve\">{Text(text)}</t></si>";

    private static string Text(string cell) => SecurityElement.Escape(string.Concat(cell.Where(c => !char.IsControl(c))));
}
