using System.Text;
using Sylvan.Data.Csv;

namespace Clinic.Sheets;

/// <summary>
/// Comma-, semicolon- or tab-separated text with the quotes of RFC 4180, in UTF-8 or in UTF-16 with its mark. Nothing is guessed
/// beyond: text in an old code page would be read as other letters, and names would be wrong for ever.
/// </summary>
internal static class CsvSheet
{
    /// <summary>A hundred cells of two thousand characters, with room for quotes.</summary>
    private const int RowLengthMax = 256 * 1024;
    private static readonly char[] Delimiters = [',', ';', '\t'];

    public static SheetLines Read(byte[] bytes)
    {
        var (encoding, mark) = EncodingOf(bytes);
        if (encoding is UTF8Encoding && bytes.AsSpan().Contains((byte)0))
        {
            throw new SheetRefusedException(SheetRefusals.Encoding);
        }

        using var text = new StreamReader(new MemoryStream(bytes, mark, bytes.Length - mark, writable: false), encoding, false);
        var options = new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = DelimiterOf(bytes, mark, encoding),
            CsvStyle = CsvStyle.Standard,
            MaxBufferSize = RowLengthMax,
            ResultSetMode = ResultSetMode.SingleResult,
        };
        var lines = new SheetLines();
        using var csv = CsvDataReader.Create(text, options);
        for (var number = 1; csv.Read(); number++)
        {
            if (csv.RowFieldCount > SheetLimits.ColumnsMax * 2)
            {
                throw new SheetRefusedException(SheetRefusals.TooManyColumns);
            }

            var cells = new string[csv.RowFieldCount];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = csv.GetString(i).Trim();
            }

            lines.Add(number, cells);
        }

        return lines;
    }

    private static (Encoding Encoding, int Mark) EncodingOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (new UTF8Encoding(false, throwOnInvalidBytes: true), 3),
        [0xFF, 0xFE, ..] => (new UnicodeEncoding(false, false, throwOnInvalidBytes: true), 2),
        [0xFE, 0xFF, ..] => (new UnicodeEncoding(true, false, throwOnInvalidBytes: true), 2),
        _ => (new UTF8Encoding(false, throwOnInvalidBytes: true), 0),
    };

    /// <summary>The one that stands most often in the first line, outside of quotes.</summary>
    private static char DelimiterOf(byte[] bytes, int mark, Encoding encoding)
    {
        using var text = new StreamReader(new MemoryStream(bytes, mark, bytes.Length - mark, writable: false), encoding, false);
        var counts = new int[Delimiters.Length];
        var quoted = false;
        for (var (read, length) = (text.Read(), 0); read >= 0 && length < RowLengthMax; read = text.Read(), length++)
        {
            var letter = (char)read;
            if (!quoted && letter is '\r' or '\n' && counts.Any(c => c > 0))
            {
                break;
            }

            quoted ^= letter == '"';
            var which = quoted ? -1 : Array.IndexOf(Delimiters, letter);
            if (which >= 0)
            {
                counts[which]++;
            }
        }

        return Delimiters[Array.IndexOf(counts, counts.Max())];
    }
}
