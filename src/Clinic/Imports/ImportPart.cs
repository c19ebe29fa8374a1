using System.Buffers.Binary;
using System.Text.Json;
using Clinic.Records;

namespace Clinic.Imports;

/// <summary>An entry of a part: what was planned, and the resource in its own bytes.</summary>
internal sealed record PartEntry(
    int Index, string Type, string Id, string? FullUrl, string Patient, bool IsCopy, bool IsSource = false)
{
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The Binary that its attachment names; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Attached { get; init; }

    public KeptResource Kept => new(Type, Json.ToArray(), FullUrl);
}

/// <summary>
/// A part as bytes: per entry a small header, the resource as it stands in the bundle, but for Aadhaar numbers, which go no
/// further than this, and the file that it names; before each its length. A JSON of JSONs would have to write the resource anew.
/// </summary>
internal static class ImportPart
{
    public static byte[] Write(IEnumerable<PlannedEntry> entries, ReadOnlyMemory<byte> bundle)
    {
        using var part = new MemoryStream();
        foreach (var entry in entries)
        {
            var header = new PartEntry(
                entry.Index, entry.Type, entry.Id, entry.FullUrl, entry.Patient, entry.IsCopy, entry.IsSource);
            Frame(part, JsonSerializer.SerializeToUtf8Bytes(header, ImportsJson.Default.PartEntry));
            Frame(part, AadhaarFhir.Masked(bundle.Slice(entry.Start, entry.Length)).Json.Span);
            Frame(part, bundle.Slice(entry.Attached.Start, entry.Attached.Length).Span);
        }

        return part.ToArray();
    }

    public static IReadOnlyList<PartEntry> Read(ReadOnlyMemory<byte> part)
    {
        var entries = new List<PartEntry>();
        while (part.Length > 0)
        {
            var header = JsonSerializer.Deserialize(Unframe(ref part).Span, ImportsJson.Default.PartEntry)!;
            entries.Add(header with { Json = Unframe(ref part), Attached = Unframe(ref part) });
        }

        return entries;
    }

    private static void Frame(MemoryStream part, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        part.Write(length);
        part.Write(bytes);
    }

    private static ReadOnlyMemory<byte> Unframe(ref ReadOnlyMemory<byte> part)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(part.Span);
        var bytes = part.Slice(sizeof(int), length);
        part = part[(sizeof(int) + length)..];
        return bytes;
    }
}
