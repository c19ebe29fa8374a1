using System.Text.Json;
using System.Text.Unicode;
using Clinic.Platform.Http;
using Clinic.Records;

namespace Clinic.Imports;

/// <summary>Where a resource stands in the bytes of a bundle, or why its entry has none that can be taken.</summary>
/// <param name="Group">What came in one bundle: only there do its resources refer to each other.</param>
internal readonly record struct BundleEntry(
    int Index, int Start, int Length, string? FullUrl, string? Problem, string Path, int Group = 0);

/// <summary>
/// Finds the entries of a FHIR bundle without building anything of it: one pass over the bytes, bounded in depth and number. The
/// bundle as a whole is refused only when it is no bundle; a bad entry is a finding of its own.
/// </summary>
internal static class BundleReader
{
    public const int EntriesMax = 50_000;
    public const int EntryBytesMax = 1024 * 1024;

    private const int UrlBytesMax = 1024;

    internal static readonly JsonReaderOptions Options = new() { MaxDepth = FhirText.DepthMax };

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    public static Outcome<IReadOnlyList<BundleEntry>> Read(ReadOnlySpan<byte> bytes)
    {
        var skipped = bytes.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        if (!Utf8.IsValid(bytes))
        {
            return ImportRefusals.Malformed;
        }

        try
        {
            if (NdjsonReader.IsNdjson(bytes[skipped..]))
            {
                return NdjsonReader.Read(bytes, skipped);
            }

            var json = new Utf8JsonReader(bytes[skipped..], Options);
            var entries = new List<BundleEntry>();
            return ReadBundle(ref json, skipped, 0, entries) is { } refusal ? refusal : entries;
        }
        catch (JsonException)
        {
            return ImportRefusals.Malformed;
        }
    }

    /// <summary>Null when it was read to its end.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static Refusal? ReadBundle(ref Utf8JsonReader json, int offset, int group, List<BundleEntry> entries)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return ImportRefusals.NotABundle;
        }

        var (isBundle, hasEntries) = (false, false);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isEntry) = (json.ValueTextEquals("resourceType"u8), json.ValueTextEquals("entry"u8));
            json.Read();
            if ((isType && isBundle) || (isEntry && (hasEntries || json.TokenType != JsonTokenType.StartArray)))
            {
                return ImportRefusals.NotABundle;
            }

            if (isType)
            {
                isBundle = json.TokenType == JsonTokenType.String && json.ValueTextEquals("Bundle"u8);
            }

            if (isEntry)
            {
                hasEntries = true;
                if (!ReadEntries(ref json, offset, group, entries))
                {
                    return ImportRefusals.TooManyEntries;
                }
            }
            else
            {
                json.Skip();
            }
        }

        // To the end: what follows the bundle makes the whole malformed.
        while (json.Read())
        {
            json.Skip();
        }

        return isBundle && hasEntries ? null : ImportRefusals.NotABundle;
    }

    private static bool ReadEntries(ref Utf8JsonReader json, int offset, int group, List<BundleEntry> entries)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (entries.Count == EntriesMax)
            {
                return false;
            }

            entries.Add(ReadEntry(ref json, offset, entries.Count) with { Group = group });
        }

        return true;
    }

    private static BundleEntry ReadEntry(ref Utf8JsonReader json, int offset, int index)
    {
        var path = $"entry[{index}]";
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return new BundleEntry(index, 0, 0, null, EntryReason.NotAnObject, path);
        }

        var (start, length, found, urls) = (0, 0, 0, 0);
        string? url = null;
        var isObject = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isUrl, isResource) = (json.ValueTextEquals("fullUrl"u8), json.ValueTextEquals("resource"u8));
            json.Read();
            if (isUrl)
            {
                urls++;
                url = TextOf(ref json);
            }

            if (isResource)
            {
                found++;
                isObject = json.TokenType == JsonTokenType.StartObject;
                start = (int)json.TokenStartIndex;
            }

            json.Skip();
            length = isResource ? (int)json.BytesConsumed - start : length;
        }

        var problem = found > 1 || urls > 1 ? EntryReason.DuplicateMember
            : found == 0 ? EntryReason.NoResource
            : !isObject ? EntryReason.NotAnObject
            : length > EntryBytesMax ? EntryReason.TooLarge
            : null;
        return new BundleEntry(index, start + offset, length, url, problem, found == 0 ? path : path + ".resource");
    }

    private static string? TextOf(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length > UrlBytesMax)
        {
            return null;
        }

        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, escaped: no text, so no address.
            return null;
        }
    }
}

/// <summary>Why an entry is refused: stable codes of the report (docs/imports.md).</summary>
internal static class EntryReason
{
    public const string NotAnObject = "not-an-object";
    public const string NoResource = "no-resource";
    public const string DuplicateMember = "duplicate-member";
    public const string TooLarge = "too-large";
    public const string Malformed = "malformed";
    public const string UnknownType = "unknown-type";
    public const string BadId = "bad-id";
    public const string DuplicateId = "duplicate-id";
    public const string SourceNeeded = "source-needed";
    public const string NoPatient = "no-patient";
    public const string TooManyPatients = "too-many-patients";
    public const string PatientUnknown = "patient-unknown";
    public const string PatientAmbiguous = "patient-ambiguous";
    public const string PatientClosed = "patient-closed";
}
