using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Xml;

namespace Clinic.Sheets;

/// <summary>
/// The parts of a workbook. What it says of itself is measured before a part is unpacked: how many parts there are, how large
/// they become, and how much larger than they are. A part that becomes more than it says ends the reading. No document type, no
/// entity, nothing outside of the file.
/// </summary>
internal sealed class XlsxPackage : IDisposable
{
    public const long UnpackedBytesMax = 100 * 1024 * 1024;
    private const int EntriesMax = 1000;
    private const int DirectoryBytesMax = 256 * 1024;

    /// <summary>Rows of equal cells pack well; what packs better than this was made to.</summary>
    private const int RatioMax = 100;
    private const long RatioFromBytes = 1024 * 1024;
    private const int EndLength = 22;
    private const int CommentMax = 65_535;
    private static readonly byte[] EndMark = [0x50, 0x4B, 0x05, 0x06];

    private readonly ZipArchive zip;

    private XlsxPackage(ZipArchive zip) => this.zip = zip;

    public static XlsxPackage Open(byte[] bytes)
    {
        BoundDirectory(bytes);
        var package = new XlsxPackage(new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read));
        try
        {
            package.Bound();
            return package;
        }
        catch
        {
            package.Dispose();
            throw;
        }
    }

    /// <summary>Null when there is no such part.</summary>
    public XmlReader? Xml(string place)
    {
        var entry = zip.Entries.FirstOrDefault(e => string.Equals(e.FullName, place, StringComparison.OrdinalIgnoreCase));
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = UnpackedBytesMax,
            CloseInput = true,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        return entry is null ? null : XmlReader.Create(new Bounded(entry.Open(), entry.Length), settings);
    }

    public void Dispose() => zip.Dispose();

    /// <summary>The list of parts is read as a whole by whoever opens it, so that it is short is seen before.</summary>
    private static void BoundDirectory(ReadOnlySpan<byte> bytes)
    {
        var from = Math.Max(0, bytes.Length - EndLength - CommentMax);
        var end = bytes[from..].LastIndexOf(EndMark);
        if (end < 0 || from + end + EndLength > bytes.Length)
        {
            throw new SheetRefusedException(SheetRefusals.Malformed);
        }

        var record = bytes[(from + end)..];
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        var start = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        if (start > from + end)
        {
            throw new SheetRefusedException(SheetRefusals.Malformed);
        }

        if (entries > EntriesMax || from + end - start > DirectoryBytesMax)
        {
            throw new SheetRefusedException(SheetRefusals.Hostile);
        }
    }

    private void Bound()
    {
        var total = 0L;
        foreach (var entry in zip.Entries)
        {
            total += entry.Length;
            var packsTooWell = entry.Length > RatioFromBytes && entry.Length / Math.Max(1, entry.CompressedLength) > RatioMax;
            if (entry.IsEncrypted || packsTooWell || total > UnpackedBytesMax)
            {
                throw new SheetRefusedException(SheetRefusals.Hostile);
            }
        }
    }

    /// <summary>Ends where a part becomes larger than it says: nothing that unpacks trusts the number that a file
    /// brings.</summary>
    private sealed class Bounded(Stream inner, long lengthMax) : Stream
    {
        private long read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => read; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var part = inner.Read(buffer);
            read += part;
            return read <= lengthMax ? part
                : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"More than {lengthMax} bytes."));
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
