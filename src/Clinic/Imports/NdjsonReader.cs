using System.Text.Json;
using Clinic.Platform.Http;

namespace Clinic.Imports;

/// <summary>
/// Newline-delimited JSON: each line a resource, or a bundle, which is a world of its own. A line that is none is a finding of
/// its own; entries are counted over all lines.
/// </summary>
internal static class NdjsonReader
{
    private const byte Line = (byte)'\n';

    /// <summary>Group of lines that are resources: they refer to each other.</summary>
    private const int Loose = 0;

    /// <summary>The first line is a whole object, and others follow.</summary>
    public static bool IsNdjson(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf(Line);
        return end >= 0 && text[end..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && TypeOf(text[..end]) is not null;
    }

    public static Outcome<IReadOnlyList<BundleEntry>> Read(ReadOnlySpan<byte> bytes, int start)
    {
        var (entries, group) = (new List<BundleEntry>(), Loose);
        for (int from = start, length; from < bytes.Length; from += length + 1)
        {
            var rest = bytes[from..];
            length = rest.IndexOf(Line) is var end and >= 0 ? end : rest.Length;
            var line = rest[..length];
            if (line.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            if (entries.Count == BundleReader.EntriesMax)
            {
                return ImportRefusals.TooManyEntries;
            }

            if (TypeOf(line) != "Bundle")
            {
                entries.Add(Resource(line, from, entries.Count));
            }
            else if (Bundle(line, from, ++group, entries) is { } refusal)
            {
                return refusal;
            }
        }

        return entries;
    }

    private static Refusal? Bundle(ReadOnlySpan<byte> line, int from, int group, List<BundleEntry> entries)
    {
        var json = new Utf8JsonReader(line, BundleReader.Options);
        var before = entries.Count;
        var refusal = BundleReader.ReadBundle(ref json, from, group, entries);
        if (refusal == ImportRefusals.NotABundle)
        {
            entries.RemoveRange(before, entries.Count - before);
            entries.Add(Bad(before, EntryReason.Malformed));
            return null;
        }

        return refusal;
    }

    private static BundleEntry Resource(ReadOnlySpan<byte> line, int from, int index)
    {
        var trimmed = line.TrimEnd(" \t\r"u8);
        return TypeOf(line) is null ? Bad(index, EntryReason.Malformed)
            : trimmed.Length > BundleReader.EntryBytesMax ? Bad(index, EntryReason.TooLarge)
            : new BundleEntry(index, from, trimmed.Length, null, null, PathOf(index));
    }

    private static BundleEntry Bad(int index, string problem) => new(index, 0, 0, null, problem, PathOf(index));

    private static string PathOf(int index) => $"entry[{index}]";

    /// <summary>Its resource type, empty when it names none; null when it is no object of JSON.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line, BundleReader.Options);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            var type = "";
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isType = json.ValueTextEquals("resourceType"u8);
                json.Read();
                type = isType && json.TokenType == JsonTokenType.String ? json.GetString()! : type;
                json.Skip();
            }

            return json.Read() ? null : type;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
