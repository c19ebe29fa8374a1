namespace Clinic.Thumbnails;

/// <summary>
/// What an image may be, and what may be made of it. A file may lie about all of it, so each is looked at by itself.
/// </summary>
internal static class Bounds
{
    /// <summary>Photos of a telephone have 12 MB at most; a scan in colour of one page some 25.</summary>
    public const long BytesMax = 32 * 1024 * 1024;

    /// <summary>
    /// As the header says, asked before anything is decoded: 200 MB of pixels, where a file of some kilobytes may name 3.6 GB.
    /// </summary>
    public const long PixelsMax = 50_000_000;

    /// <summary>Of the thumbnail's long side, in pixels.</summary>
    public const int SideMax = 320;

    public const int ThumbnailBytesMax = 64 * 1024;

    /// <summary>From the decoder's start to its answer. What needs longer was made to.</summary>
    public static readonly TimeSpan DecodeMax = TimeSpan.FromSeconds(15);

    /// <summary>For all parts.</summary>
    public static readonly TimeSpan FetchMax = TimeSpan.FromSeconds(12);
}
