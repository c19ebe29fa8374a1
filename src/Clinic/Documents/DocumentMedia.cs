using System.Diagnostics.CodeAnalysis;

namespace Clinic.Documents;

/// <summary>
/// The types that are taken: what clinics send and what can be known by its first bytes. A closed list: nothing that a browser
/// runs (HTML, SVG, scripts) and nothing that carries programs (RTF, office files, archives).
/// </summary>
internal sealed class DocumentMedia
{
    /// <summary>No signature stands further in.</summary>
    public const int HeadBytes = 132;

    private readonly Func<ReadOnlySpan<byte>, bool> begins;

    private DocumentMedia(string type, string extension, Func<ReadOnlySpan<byte>, bool> begins)
    {
        Type = type;
        Extension = extension;
        this.begins = begins;
    }

    public static DocumentMedia Pdf { get; } = new("application/pdf", "pdf", h => h.StartsWith("%PDF-"u8));

    public static DocumentMedia Jpeg { get; } = new(
        "image/jpeg", "jpg", h => h.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]));

    public static DocumentMedia Png { get; } = new(
        "image/png", "png",
        h => h.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            && h.Length > 16 && h.Slice(12, 4).SequenceEqual("IHDR"u8));

    public static DocumentMedia Tiff { get; } = new(
        "image/tiff", "tif",
        h => h.StartsWith((ReadOnlySpan<byte>)[0x49, 0x49, 0x2A, 0x00])
            || h.StartsWith((ReadOnlySpan<byte>)[0x4D, 0x4D, 0x00, 0x2A]));

    /// <summary>A preamble of 128 bytes, then its mark (DICOM PS3.10, 7.1).</summary>
    public static DocumentMedia Dicom { get; } = new(
        "application/dicom", "dcm", h => h.Length >= HeadBytes && h.Slice(128, 4).SequenceEqual("DICM"u8));

    /// <summary>Has no signature: all of it is looked through instead, see <see cref="PlainText"/>.</summary>
    public static DocumentMedia Text { get; } = new("text/plain", "txt", _ => true);

    public static IReadOnlyList<DocumentMedia> All { get; } = [Pdf, Jpeg, Png, Tiff, Dicom, Text];

    public string Type { get; }

    /// <summary>Without its dot; how rows name the type.</summary>
    public string Extension { get; }

    public static bool TryOf(string contentType, [NotNullWhen(true)] out DocumentMedia? media)
    {
        media = All.FirstOrDefault(m => m.Type == contentType);
        return media is not null;
    }

    public static DocumentMedia Named(string extension) => All.Single(m => m.Extension == extension);

    /// <summary>Whether a file that begins so may be of this type: it has the mark of this one and of no other.</summary>
    public bool Fits(ReadOnlySpan<byte> head)
    {
        foreach (var other in All)
        {
            if (other != this && other != Text && other.begins(head))
            {
                return false;
            }
        }

        return begins(head);
    }
}
