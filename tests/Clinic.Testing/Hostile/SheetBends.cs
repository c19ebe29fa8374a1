using System.Text;

namespace Clinic.Testing.Hostile;

/// <summary>Bends of a table as a body: its bytes, its type, its first row.</summary>
internal static class SheetBends
{
    public static IEnumerable<Bend> Of(Subject subject)
    {
        var m = subject.Marker;
        (string What, Func<byte[], byte[]> Body)[] bodies =
        [
            ("no body", _ => []), ("white space", _ => Utf8(" \r\n\t ")), ("64 zero bytes", _ => new byte[64]),
            ("a zero byte after the body", b => [.. b, 0]), ("a lone continuation after the body", b => [.. b, 0x80]),
            ("UTF-16 without its mark", b => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(b))),
            ("half a letter of UTF-16", b => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(b)), 0]),
            ("no header", _ => Utf8($"{m},44,F\n")), ("JSON", _ => Utf8($"{{\"name\":\"{m}\"}}")),
            ("a header twice", b => [.. Utf8("Name,Patient Name\n"), .. b]),
            ("an open quote", b => [.. b, .. Utf8($"\n\"{m}")]),
            ("letters behind a quote", b => [.. b, .. Utf8($"\n\"{m}\"x,1")]),
            ("101 columns", _ => Utf8("Name" + new string(',', 100) + m)),
            ("10,000 columns", _ => Utf8("Name" + new string(',', 10_000) + m)),
            ("20,001 rows", _ => Utf8("Name\n" + string.Concat(Enumerable.Repeat(m + "\n", 20_001)))),
            ("a row of a megabyte", b => [.. b, .. Utf8("\n" + new string('a', 1024 * 1024))]),
            ("above 4 MiB", b => [.. b, .. Utf8(new string('\n', 4 * 1024 * 1024))]),
            ("a workbook", _ => [0x50, 0x4B, 0x03, 0x04, .. Utf8(m)]),
            ("an old workbook", _ => [0xD0, 0xCF, 0x11, 0xE0, .. Utf8(m)]),
        ];
        foreach (var (what, body) in bodies)
        {
            yield return new Bend("table", what, r => r with { Body = body(r.Body!) });
        }

        string[] types =
        [
            "application/json", "text/plain", "text/html", "text/tab-separated-values", "application/vnd.ms-excel",
            "text/csv-schema",
            PatientLists.Xlsx, m, "", "text/csv; charset=utf-16", "text/csv; charset=iso-8859-1", "application/octet-stream",
        ];
        foreach (var type in types)
        {
            var name = type.Replace(m, "MARK", StringComparison.Ordinal);
            yield return new Bend("content type", name.Length == 0 ? "empty" : name, r => r.With("Content-Type", type));
        }

        yield return new Bend("content type", "none", r => r.Without("Content-Type"));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
