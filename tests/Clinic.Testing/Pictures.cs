using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace Clinic.Testing;

/// <summary>
/// Real images, made by the test: four quarters, red, green, blue and yellow as the file has them, with what cameras write
/// beside.
/// </summary>
public static class Pictures
{
    public const string Quarters = "RGBY";

    private static readonly SKColor[] Colours = [SKColors.Red, SKColors.Lime, SKColors.Blue, SKColors.Yellow];

    /// <param name="orientation">Of EXIF, 1 to 8; null for a file without EXIF.</param>
    /// <param name="words">Into the description of EXIF and a comment; beside them stands a place on earth.</param>
    public static byte[] Jpeg(int width, int height, int? orientation = null, string words = "")
    {
        using var bitmap = Draw(width, height);
        var bytes = Encode(bitmap, SKEncodedImageFormat.Jpeg);
        return orientation is { } turn ? With(bytes, (0xE1, Exif(turn, words)), (0xFE, Encoding.ASCII.GetBytes(words))) : bytes;
    }

    public static byte[] Png(int width, int height)
    {
        using var bitmap = Draw(width, height);
        return Encode(bitmap, SKEncodedImageFormat.Png);
    }

    /// <summary>Nothing but transparent pixels, black underneath.</summary>
    public static byte[] Transparent(int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(new SKColor(0, 0, 0, 0));
        return Encode(bitmap, SKEncodedImageFormat.Png);
    }

    /// <summary>What compresses worst: each pixel another colour.</summary>
    public static byte[] Noise(int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var random = new Random(7);
        for (var at = 0; at < width * height; at++)
        {
            bitmap.SetPixel(at % width, at / width, new SKColor((uint)random.Next() | 0xFF000000));
        }

        return Encode(bitmap, SKEncodedImageFormat.Png);
    }

    /// <summary>A PNG of some hundred bytes whose header names so many pixels.</summary>
    public static byte[] Bomb(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6);
        using var rows = new MemoryStream();
        using (var zip = new ZLibStream(rows, CompressionLevel.Optimal))
        {
            zip.Write(new byte[100_000]);
        }

        return
        [
            0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", rows.ToArray()), .. Chunk("IEND", []),
        ];
    }

    /// <summary>A JPEG with further segments after its first two bytes.</summary>
    public static byte[] With(byte[] jpeg, params (byte Kind, byte[] Body)[] segments) =>
    [
        .. jpeg[..2],
        .. segments.SelectMany(s => (byte[])
            [0xFF, s.Kind, (byte)((s.Body.Length + 2) >> 8), (byte)(s.Body.Length + 2), .. s.Body]),
        .. jpeg[2..],
    ];

    /// <summary>Width and height, and the colours of the quarters from left to right and top to bottom.</summary>
    public static (int Width, int Height, string Quarters) Look(byte[] jpeg)
    {
        using var bitmap = SKBitmap.Decode(jpeg);
        var (w, h) = (bitmap.Width, bitmap.Height);
        (int X, int Y)[] places = [(w / 4, h / 4), (3 * w / 4, h / 4), (w / 4, 3 * h / 4), (3 * w / 4, 3 * h / 4)];
        return (w, h, string.Concat(places.Select(p => Nearest(bitmap.GetPixel(p.X, p.Y)))));
    }

    private static char Nearest(SKColor colour) => (colour.Red > 127, colour.Green > 127, colour.Blue > 127) switch
    {
        (true, false, false) => 'R',
        (false, true, false) => 'G',
        (false, false, true) => 'B',
        (true, true, false) => 'Y',
        (true, true, true) => 'W',
        _ => '?',
    };

    private static SKBitmap Draw(int width, int height)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        for (var quarter = 0; quarter < Colours.Length; quarter++)
        {
            using var paint = new SKPaint { Color = Colours[quarter] };
            var (left, top) = (quarter % 2 * width / 2f, quarter / 2 * height / 2f);
            canvas.DrawRect(left, top, width / 2f, height / 2f, paint);
        }

        canvas.Flush();
        return bitmap;
    }

    private static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var encoded = bitmap.Encode(format, 90);
        return encoded.ToArray();
    }

    /// <summary>Description, orientation, and 18°31'13" N 73°51'24" E (Exif 2.32, 4.6).</summary>
    private static byte[] Exif(int orientation, string words)
    {
        var text = Encoding.ASCII.GetBytes(words + "\0");
        const int First = 8, FirstBytes = 2 + (3 * 12) + 4, Gps = First + FirstBytes, GpsBytes = 2 + (4 * 12) + 4;
        const int Degrees = Gps + GpsBytes, Text = Degrees + 48;
        using var file = new MemoryStream();
        using var to = new BinaryWriter(file);
        to.Write("Exif\0\0II*\0"u8);
        to.Write(First);
        to.Write((short)3);
        Entry(0x010E, 2, text.Length, Text);
        Entry(0x0112, 3, 1, orientation);
        Entry(0x8825, 4, 1, Gps);
        to.Write(0);
        to.Write((short)4);
        Entry(1, 2, 2, 'N');
        Entry(2, 5, 3, Degrees);
        Entry(3, 2, 2, 'E');
        Entry(4, 5, 3, Degrees + 24);
        to.Write(0);
        foreach (var number in (int[])[18, 31, 13, 73, 51, 24])
        {
            to.Write(number);
            to.Write(1);
        }

        to.Write(text);
        return file.ToArray();

        void Entry(int tag, short type, int count, int value)
        {
            to.Write((short)tag);
            to.Write(type);
            to.Write(count);
            to.Write(value);
        }
    }

    private static byte[] Chunk(string kind, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(kind), .. body];
        var frame = new byte[named.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        named.CopyTo(frame, 4);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(named.Length + 4), Crc(named));
        return frame;
    }

    /// <summary>PNG specification, annex D.</summary>
    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
