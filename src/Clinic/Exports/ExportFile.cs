using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Store;

namespace Clinic.Exports;

/// <summary>What is sealed of a file's row.</summary>
/// <param name="Sha256">Of the whole file, hexadecimal.</param>
/// <param name="Hashes">Of files of patients and documents: SHA-256 of what each line says, hexadecimal, in order.</param>
public sealed record ExportFileBody(string Sha256, IReadOnlyList<string> Hashes);

/// <param name="ObjectName">Where it lies: drawn with each attempt, so that no attempt overwrites what another committed.</param>
internal sealed partial record ExportFile(string Name, long SizeBytes, int Lines, string ObjectName, ExportFileBody Body)
{
    public const string Patients = "patients";
    public const string Consents = "consents";
    public const string Documents = "documents";
    public const string Trail = "trail";
    public const string Manifest = "manifest.json";
    public const string Signature = "manifest.sig";
    public const string Clinic = "clinic.json";
    public const string ReadMe = "README.html";

    public string ContentType => Name switch
    {
        _ when IsOf(Patients) => "application/fhir+ndjson",
        _ when Name.EndsWith(".ndjson", StringComparison.Ordinal) => "application/x-ndjson",
        _ when Name.EndsWith(".json", StringComparison.Ordinal) => "application/json",
        Signature => "application/octet-stream",
        _ => "text/html; charset=utf-8",
    };

    /// <summary>Whether it is one of the files of this kind.</summary>
    public bool IsOf(string kind) => Name.StartsWith(kind + "-", StringComparison.Ordinal);

    /// <summary>Numbered after the step that writes it: whoever repeats the step writes the same name.</summary>
    public static string Numbered(string kind, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{number:D5}.ndjson");

    /// <summary>Anything else names no file, and is not written down: the trail repeats nothing that somebody made up.</summary>
    public static bool IsName(string name) => name is Manifest or Signature or Clinic or ReadMe || NumberedName().IsMatch(name);

    [GeneratedRegex($"^({Patients}|{Consents}|{Documents}|{Trail})-[0-9]{{5,7}}\\.ndjson\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberedName();
}

internal static class ExportFileItem
{
    private const string Size = "z";
    private const string Lines = "lines";
    private const string Place = "o";
    private const string Body = "b";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Exports);

    public static Item Write(ExportId export, ExportFile file) => new Item(Keys.ExportFile(export, file.Name))
        .Set(Size, file.SizeBytes).Set(Lines, file.Lines).Set(Place, file.ObjectName)
        .Seal(Body, file.Body, ExportsJson.Default.ExportFileBody, Key);

    public static async Task<ExportFile> Open(TenantStore store, Item row, CancellationToken ct) => new(
        row.Key.Sort[Keys.ExportFilePrefix.Length..], row.Number(Size), (int)row.Number(Lines), ObjectOf(row),
        (await store.Open(row, Body, Key, ct) is { } body
            ? System.Text.Json.JsonSerializer.Deserialize(body, ExportsJson.Default.ExportFileBody) : null)
        ?? throw new InvalidOperationException("A file of an export has no body."));

    public static string ObjectOf(Item row) => row.Need(Place);
}

/// <summary>
/// The files of exports as they lie in the store: each one object, in segments that are sealed one by one under the key of its
/// export and opened where they are asked for.
/// </summary>
internal sealed class ExportFiles(FileObjects objects)
{
    private const int AttemptBytes = 8;
    private const int SealedSegmentBytes = SegmentCipher.SegmentBytes + SegmentCipher.OverheadBytes;

    public async Task<ExportFile> Put(
        TenantId tenant, ExportId export, byte[] contentKey, string name, ExportText text, CancellationToken ct)
    {
        var plain = text.Bytes;
        var attempt = RandomNumberGenerator.GetHexString(AttemptBytes * 2, lowercase: true);
        var place = $"exports/{Keys.Hex(export.Value)}/{attempt}/{name}";
        using var cipher = CipherOf(tenant, export, contentKey, name, plain.Count);
        var sealedBytes = new byte[plain.Count + (cipher.Total * SegmentCipher.OverheadBytes)];
        var at = 0;
        for (var number = 0; number < cipher.Total; number++)
        {
            var segment = plain.AsSpan(number * SegmentCipher.SegmentBytes, cipher.Length(number));
            at += cipher.Seal(number, segment, sealedBytes.AsSpan(at));
        }

        await objects.Put(tenant, CloudParts.Documents, place, sealedBytes, ct);
        var body = new ExportFileBody(Convert.ToHexStringLower(SHA256.HashData(plain)), text.Hashes);
        return new ExportFile(name, plain.Count, text.Lines, place, body);
    }

    /// <summary>Some of a file: only the segments that it touches are fetched and opened.</summary>
    public async Task<byte[]> Read(
        TenantId tenant, ExportId export, byte[] contentKey, ExportFile file, long from, int length, CancellationToken ct)
    {
        using var cipher = CipherOf(tenant, export, contentKey, file.Name, file.SizeBytes);
        var (first, last) = ((int)(from / SegmentCipher.SegmentBytes), (int)((from + length - 1) / SegmentCipher.SegmentBytes));
        var sealedLength = Enumerable.Range(first, last - first + 1)
            .Sum(number => (long)cipher.Length(number) + SegmentCipher.OverheadBytes);
        await using var body = await objects.Open(
                tenant, CloudParts.Documents, file.ObjectName, (long)first * SealedSegmentBytes, sealedLength, ct)
            ?? throw new IOException("A file of an export is not there.");
        var plain = new byte[(last - first + 1) * SegmentCipher.SegmentBytes];
        var sealedBytes = new byte[SealedSegmentBytes];
        for (var number = first; number <= last; number++)
        {
            var size = cipher.Length(number) + SegmentCipher.OverheadBytes;
            await body.ReadExactlyAsync(sealedBytes.AsMemory(0, size), ct);
            cipher.Open(number, sealedBytes.AsSpan(0, size), plain.AsSpan((number - first) * SegmentCipher.SegmentBytes));
        }

        return plain.AsSpan((int)(from - ((long)first * SegmentCipher.SegmentBytes)), length).ToArray();
    }

    public Task Delete(TenantId tenant, IEnumerable<string> names, CancellationToken ct) =>
        objects.Delete(tenant, CloudParts.Documents, names, ct);

    /// <summary>The cipher zeroes its key, so it gets a copy.</summary>
    private static SegmentCipher CipherOf(TenantId tenant, ExportId export, byte[] contentKey, string name, long sizeBytes) =>
        new((byte[])contentKey.Clone(), tenant, Keys.Hex(export.Value), name, sizeBytes);
}

/// <summary>A file while it is written: lines, and their hashes where the manifest names them.</summary>
internal sealed class ExportText : IDisposable
{
    private readonly MemoryStream bytes = new();
    private readonly List<string> hashes = [];

    public int Lines { get; private set; }

    public long Length => bytes.Length;

    public IReadOnlyList<string> Hashes => hashes;

    public ArraySegment<byte> Bytes => new(bytes.GetBuffer(), 0, checked((int)bytes.Length));

    public static ExportText Of(ReadOnlySpan<byte> whole)
    {
        var text = new ExportText();
        text.bytes.Write(whole);
        return text;
    }

    /// <param name="hashed">What of the line the manifest names by its hash; empty for nothing.</param>
    public void Add(ReadOnlySpan<byte> line, ReadOnlySpan<byte> hashed = default)
    {
        bytes.Write(line);
        bytes.WriteByte((byte)'\n');
        Lines++;
        if (!hashed.IsEmpty)
        {
            hashes.Add(Convert.ToHexStringLower(SHA256.HashData(hashed)));
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(bytes.GetBuffer());
        bytes.Dispose();
    }
}
