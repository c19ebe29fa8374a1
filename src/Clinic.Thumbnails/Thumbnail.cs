using SkiaSharp;

namespace Clinic.Thumbnails;

/// <summary>
/// Makes an image small: pixels alone go from one to the other, so nothing that the file said besides (place, time, camera, its
/// own preview) is in what comes out. It stands upright, as its EXIF orientation says, and on white where it is transparent.
/// </summary>
internal static class Thumbnail
{
    /// <summary>Tried one after the other until it is small enough in bytes.</summary>
    private static readonly int[] Qualities = [80, 60, 40, 20];

    /// <summary>
    /// JPEG is decoded at an eighth, a quarter or a half already where that is at least so many times the thumbnail's size.
    /// </summary>
    private const float Finer = 2;

    public static ThumbnailAnswer Of(ReadOnlySpan<byte> image, string contentType)
    {
        using var data = SKData.CreateCopy(image);
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.EncodedFormat != FormatOf(contentType) || codec.Info.Width < 1 || codec.Info.Height < 1)
        {
            return new ThumbnailAnswer(Fault: ImageFaults.Unreadable);
        }

        // Before any memory is taken for it.
        if ((long)codec.Info.Width * codec.Info.Height > Bounds.PixelsMax)
        {
            return new ThumbnailAnswer(Fault: ImageFaults.TooLarge);
        }

        using var pixels = Pixels(codec);
        if (pixels is null)
        {
            return new ThumbnailAnswer(Fault: ImageFaults.Unreadable);
        }

        using var small = Upright(pixels, codec.EncodedOrigin);
        return Encoded(small);
    }

    private static SKEncodedImageFormat? FormatOf(string contentType) => contentType switch
    {
        "image/jpeg" => SKEncodedImageFormat.Jpeg,
        "image/png" => SKEncodedImageFormat.Png,
        _ => null,
    };

    /// <summary>Null unless all of it can be decoded: half a photo is a wrong one.</summary>
    private static SKBitmap? Pixels(SKCodec codec)
    {
        var scale = Math.Min(1, Finer * Bounds.SideMax / Math.Max(codec.Info.Width, codec.Info.Height));
        var size = codec.GetScaledDimensions(scale);
        var bitmap = new SKBitmap(new SKImageInfo(
            size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb()));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose();
        return null;
    }

    private static SKBitmap Upright(SKBitmap pixels, SKEncodedOrigin origin)
    {
        var scale = Math.Min(1f, (float)Bounds.SideMax / Math.Max(pixels.Width, pixels.Height));
        var (width, height) = (Side(pixels.Width * scale), Side(pixels.Height * scale));
        var lies = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom
            or SKEncodedOrigin.LeftBottom;

        // Without a colour space of its own, so that the encoder has none to write into the file.
        var small = new SKBitmap(new SKImageInfo(
            lies ? height : width, lies ? width : height, SKColorType.Rgba8888, SKAlphaType.Opaque, null));
        using var canvas = new SKCanvas(small);
        using var image = SKImage.FromBitmap(pixels);
        canvas.Clear(SKColors.White);
        canvas.SetMatrix(Turn(origin, width, height));
        canvas.DrawImage(
            image, new SKRect(0, 0, width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        canvas.Flush();
        return small;
    }

    /// <summary>From where the file has a pixel to where it is seen (Exif 2.32, tag 0x0112); the size is before it.</summary>
    private static SKMatrix Turn(SKEncodedOrigin origin, float width, float height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, height, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, height, -1, 0, width, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, width, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    private static ThumbnailAnswer Encoded(SKBitmap small)
    {
        using var pixels = small.PeekPixels();
        foreach (var quality in Qualities)
        {
            using var encoded = pixels.Encode(new SKJpegEncoderOptions(
                quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore));
            if (encoded is not null && encoded.Size <= Bounds.ThumbnailBytesMax)
            {
                return new ThumbnailAnswer(Jpeg: encoded.ToArray());
            }
        }

        return new ThumbnailAnswer(Fault: ImageFaults.TooLarge);
    }

    private static int Side(float length) => Math.Max(1, (int)MathF.Round(length));
}
