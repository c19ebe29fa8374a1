using System.Text;
using System.Text.Json.Serialization;
using System.Xml;
using Clinic.Platform.Http;
using Sylvan.Data.Csv;

namespace Clinic.Sheets;

/// <summary>Of what kind a file is.</summary>
[JsonConverter(typeof(CodeConverter<SheetType>))]
public enum SheetType
{
    Csv,
    Xlsx,
}

/// <summary>A file as rows of text. Everything a stranger may have put into it ends as a refusal.</summary>
internal static class SheetFile
{
    public const string CsvType = "text/csv";
    public const string XlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>As workbooks have it themselves.</summary>
    private const int SheetNameMax = 31;

    /// <summary>Compound files: workbooks before 2007, and newer ones under a password.</summary>
    private static readonly byte[] OldMark = [0xD0, 0xCF, 0x11, 0xE0];
    private static readonly byte[] ZipMark = [0x50, 0x4B, 0x03, 0x04];

    public static string MediaTypeOf(SheetType type) => type == SheetType.Csv ? CsvType : XlsxType;

    public static SheetType? TypeOf(string? contentType) => contentType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        CsvType => SheetType.Csv,
        XlsxType => SheetType.Xlsx,
        _ => null,
    };

    /// <summary>A sheet can be named of a workbook alone.</summary>
    public static FieldRules SheetName(this FieldRules rules, string? sheet, string field, SheetType type) => rules
        .Need(sheet is null || type == SheetType.Xlsx, field, "only of a workbook: a text has no sheets")
        .OptionalText(sheet, field, SheetNameMax);

    /// <summary>What its first bytes say already; null when nothing speaks against it.</summary>
    public static Refusal? Unlike(ReadOnlySpan<byte> bytes, SheetType type) =>
        bytes.StartsWith(OldMark) ? SheetRefusals.OldExcel
        : bytes.StartsWith(ZipMark) != (type == SheetType.Xlsx) ? SheetRefusals.OtherType
        : null;

    /// <param name="sheet">Of a workbook; null for its first.</param>
    public static Outcome<IReadOnlyList<SheetLine>> Read(byte[] bytes, SheetType type, string? sheet)
    {
        if (Unlike(bytes, type) is { } unlike)
        {
            return unlike;
        }

        try
        {
            return Outcome(type == SheetType.Csv ? CsvSheet.Read(bytes) : XlsxSheet.Read(bytes, sheet));
        }
        catch (SheetRefusedException refused)
        {
            return refused.Why;
        }
        catch (CsvRecordTooLargeException)
        {
            return SheetRefusals.RowTooLong;
        }
        catch (DecoderFallbackException)
        {
            return SheetRefusals.Encoding;
        }
        catch (CsvFormatException)
        {
            return SheetRefusals.Malformed;
        }
        catch (SystemException broken) when (broken is XmlException or InvalidDataException or EndOfStreamException
            or OverflowException or NotSupportedException)
        {
            return SheetRefusals.Malformed;
        }
    }

    private static Outcome<IReadOnlyList<SheetLine>> Outcome(SheetLines lines) => new List<SheetLine>(lines.All);
}
