namespace Clinic.Thumbnails;

/// <summary>The decoder's side of <see cref="DecoderProcess"/>: an image comes in, a JPEG goes out, and the exit code says
/// which.</summary>
internal static class Decode
{
    public const int Made = 0;
    public const int TooLarge = 3;
    public const int Unreadable = 4;

    public static int Run(string contentType, Stream input, Stream output)
    {
        using var image = new MemoryStream();
        var chunk = new byte[81_920];
        while (input.Read(chunk) is var read and > 0)
        {
            if (image.Length + read > Bounds.BytesMax)
            {
                return TooLarge;
            }

            image.Write(chunk, 0, read);
        }

        var thumbnail = Thumbnail.Of(image.GetBuffer().AsSpan(0, (int)image.Length), contentType);
        if (thumbnail.Jpeg is not { } jpeg)
        {
            return thumbnail.Fault == ImageFaults.TooLarge ? TooLarge : Unreadable;
        }

        output.Write(jpeg);
        output.Flush();
        return Made;
    }
}
