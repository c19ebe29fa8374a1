using System.Buffers.Binary;

namespace Clinic.Documents;

/// <summary>
/// Looks at what the function answered, which looked at what a stranger sent: a plain JPEG of a thumbnail's size, without a
/// segment that could carry anything but an image. Metadata of a photo is personal data of whoever took it or is on it (place,
/// time), so a segment that may hold any is refused here once more.
/// </summary>
internal static class ThumbnailJpeg
{
    public const int BytesMax = 64 * 1024;
    public const int SideMax = 320;

    private const byte Marker = 0xFF;
    private const byte Begin = 0xD8;
    private const byte End = 0xD9;
    private const byte Jfif = 0xE0;
    private const byte Baseline = 0xC0;
    private const byte Progressive = 0xC2;
    private const byte Scan = 0xDA;

    /// <summary>The head of a JFIF without a preview in it (ITU-T T.871).</summary>
    private const int JfifBytes = 16;

    /// <summary>Tables of Huffman codes, of quantisation, and the restart interval (ITU-T T.81, table B.1).</summary>
    private static readonly byte[] Tables = [0xC4, 0xDB, 0xDD];

    public static bool Fits(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < 4 or > BytesMax || !bytes.StartsWith([Marker, Begin]) || !bytes.EndsWith([Marker, End]))
        {
            return false;
        }

        var framed = false;
        for (var at = 2; at + 4 <= bytes.Length;)
        {
            var (kind, length) = (bytes[at + 1], BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]));
            if (bytes[at] != Marker || length < 2 || at + 2 + length > bytes.Length)
            {
                return false;
            }

            var body = bytes.Slice(at + 4, length - 2);
            if (kind == Scan)
            {
                return framed;
            }

            if (kind is Baseline or Progressive)
            {
                framed = IsSmall(body);
            }

            if (kind is Baseline or Progressive ? !framed : kind == Jfif ? length != JfifBytes : !Tables.Contains(kind))
            {
                return false;
            }

            at += 2 + length;
        }

        return false;
    }

    /// <summary>Precision, height, width, and so on.</summary>
    private static bool IsSmall(ReadOnlySpan<byte> frame) =>
        frame.Length >= 5
        && BinaryPrimitives.ReadUInt16BigEndian(frame[1..]) is > 0 and <= SideMax
        && BinaryPrimitives.ReadUInt16BigEndian(frame[3..]) is > 0 and <= SideMax;
}
