using System.Text.Json;
using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Imports;

/// <summary>How far an import is.</summary>
[JsonConverter(typeof(CodeConverter<ImportState>))]
public enum ImportState
{
    /// <summary>A ticket was given out; nothing is read before the import is started.</summary>
    AwaitingUpload,
    Queued,

    /// <summary>Understood as a whole; being cut into sealed parts.</summary>
    Splitting,

    /// <summary>Being written into the records of patients.</summary>
    Applying,

    /// <summary>All is written; what lay on the way is being deleted.</summary>
    Clearing,
    Finished,

    /// <summary>Nothing of it could be read; nothing was imported.</summary>
    Failed,

    /// <summary>Not finished in time; what was written stays, the rest is deleted.</summary>
    Expired,
}

/// <summary>Resources of one type: each one read is kept, unchanged, a new version, or refused.</summary>
/// <param name="Masked">In how many an Aadhaar number became its last four: only these differ from the file.</param>
/// <param name="Recorded">Of how many an entry of the record was made or made anew, beside the resource that is kept.</param>
public sealed record TypeCount(
    int Read = 0, int Kept = 0, int Unchanged = 0, int Versioned = 0, int Refused = 0, int Masked = 0, int Recorded = 0);

/// <summary>What an entry of a bundle was refused for: place and code, never a value of it.</summary>
/// <param name="Kept">The resource is kept as it came; no entry of the record was made of it.</param>
public sealed record EntryRefusal(int Entry, string Path, string Reason, bool Kept = false);

/// <summary>
/// One import: its report, and where its next step begins. Codes and numbers only; nothing of it says anything of a patient.
/// </summary>
/// <param name="Version">Number of the step; each step is conditional on it, so that none is taken twice.</param>
/// <param name="Part">Next part to apply, and in it the next <paramref name="Entry"/>.</param>
/// <param name="Listed">How many refusals are listed; the rest is only counted.</param>
/// <param name="Reason">Why it failed.</param>
internal sealed record Import(
    ImportId Id, ImportState State, long Version, string Source, bool ByUpload, long SizeBytes, string? Sha256, string StartedBy,
    DateTimeOffset StartedAt,
    int Parts, int Part, int Entry, int Listed, IReadOnlyDictionary<string, TypeCount> Counts, string? Reason,
    DateTimeOffset? EndedAt)
{
    /// <summary>The largest bundle in the body of one request; a larger one goes by upload.</summary>
    public const int BodyBytesMax = 4 * 1024 * 1024;

    /// <summary>The largest upload: it and its parts are in a worker's memory at once.</summary>
    public const int UploadBytesMax = 64 * 1024 * 1024;

    public const string DefaultSource = "import";
    public const string FhirJson = "application/fhir+json";
    private const int SourceLengthMax = 40;

    /// <summary>Under what the file is uploaded; null when it came with the request, or nobody reads it any more.</summary>
    public UploadKey? UploadKey { get; init; }

    public bool IsOver => State is ImportState.Finished or ImportState.Failed or ImportState.Expired;

    public string SourceObject => $"imports/{Keys.Hex(Id.Value)}/source";

    public string PartObject(int part) => $"imports/{Keys.Hex(Id.Value)}/part/{Keys.Number(part)}";

    public static Import New(
        ImportId id, string source, bool byUpload, long sizeBytes, string? sha256, string by, DateTimeOffset now) => new(
        id, byUpload ? ImportState.AwaitingUpload : ImportState.Queued, 1, source, byUpload, sizeBytes, sha256, by, now,
        0, 0, 0, 0, new Dictionary<string, TypeCount>(), null, null) { UploadKey = byUpload ? UploadKey.New() : null };

    public Import Next(ImportState state) => this with
    {
        State = state,
        Version = Version + 1,

        // Once it is cut into sealed parts, or over, nobody opens the upload again, whoever finds it.
        UploadKey = state is ImportState.AwaitingUpload or ImportState.Queued or ImportState.Splitting ? UploadKey : null,
    };

    public static bool IsSource(string source) =>
        source.Length is >= 1 and <= SourceLengthMax && char.IsAsciiLetterOrDigit(source[0])
        && source.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
}

internal static class ImportRefusals
{
    public static readonly Refusal TooLarge = new(
        413, "import-too-large", "A request takes 4 MiB: send a larger bundle by an upload ticket, POST /v1/imports/uploads.");
    public static readonly Refusal MediaType = new(
        415, "media-type", "A bundle comes as application/fhir+json or application/json, lines as application/fhir+ndjson.");
    public static readonly Refusal Malformed = new(
        400, "malformed-json", "This is not JSON in UTF-8, or it nests deeper than 64.");
    public static readonly Refusal NotABundle = new(
        422, "not-a-bundle", "This is not a FHIR bundle with an array of entries, nor lines of resources.");
    public static readonly Refusal TooManyEntries = new(
        422, "too-many-entries", "An import has at most 50,000 entries: cut it into several.");
    public static readonly Refusal Source = new(
        422, "import-source", "A source is 1 to 40 lower-case letters, digits, dots or hyphens.");
    public static readonly Refusal NotAwaited = new(409, "import-not-awaited", "This import was started before.");
    public static readonly Refusal NotUploaded = new(409, "upload-missing", "Nothing of the announced size was uploaded yet.");
    public static readonly Refusal OtherUpload = new(422, "upload-differs", "What was uploaded is not what the ticket was for.");
}

internal static class ImportItem
{
    private const string State = "st";
    private const string UploadKeyName = "upk";
    private static readonly KeyRef IntakeKey = KeyRef.Of(TenantPurpose.Intake);

    public static Item Write(Import import)
    {
        var row = new Item(Keys.Import(import.Id)).SetVersion(import.Version).Set(State, import.State.ToString())
            .Set("src", import.Source)
            .Set("up", import.ByUpload ? 1 : 0).Set("size", import.SizeBytes).Set("by", import.StartedBy)
                .Set("at", import.StartedAt)
            .Set("parts", import.Parts).Set("part", import.Part).Set("entry", import.Entry).Set("listed", import.Listed)
            .Set("counts", JsonSerializer.Serialize(import.Counts, ImportsJson.Default.IReadOnlyDictionaryStringTypeCount));
        row = import.Sha256 is { } hash ? row.Set("sha", hash) : row;
        row = import.UploadKey is { } key ? row.Seal(UploadKeyName, key.Bytes.ToArray(), IntakeKey) : row;
        row = import.Reason is { } reason ? row.Set("why", reason) : row;
        return import.EndedAt is { } ended ? row.Set("end", ended) : row;
    }

    /// <summary>How it stands, for whoever may see that; without its upload key.</summary>
    public static async Task<Import?> Read(TenantStore store, ImportId id, CancellationToken ct) =>
        await store.Get(Keys.Import(id), ct) is { } row ? Of(id, row) : null;

    /// <summary>For whoever reads the upload, or writes the row again: with its upload key.</summary>
    public static async Task<Import?> ReadWithKey(TenantStore store, ImportId id, CancellationToken ct) =>
        await store.Get(Keys.Import(id), ct) is not { } row ? null
        : await store.Open(row, UploadKeyName, IntakeKey, ct) is { } key ? Of(id, row) with { UploadKey = new UploadKey(key) }
        : Of(id, row);

    private static Import Of(ImportId id, Item row) => new(
        id, Enum.Parse<ImportState>(row.Need(State)), row.Version, row.Need("src"), row.Number("up") == 1,
        row.Number("size"), row.Text("sha"),
        row.Need("by"), row.Instant("at"), (int)row.Number("parts"), (int)row.Number("part"), (int)row.Number("entry"),
        (int)row.Number("listed"),
        JsonSerializer.Deserialize(row.Need("counts"), ImportsJson.Default.IReadOnlyDictionaryStringTypeCount)!,
        row.Text("why"), row.Has("end") ? row.Instant("end") : null);

    /// <summary>An import that nothing moves is purged: each step puts this off.</summary>
    public static Item Clock(Import import, DateTimeOffset now) =>
        ClockRow.Start(Durations.ImportUnfinished.Name, Keys.Hex(import.Id.Value), now + Durations.ImportUnfinished.Length);

    public static Key ClockKey(ImportId id) => Keys.Clock(Durations.ImportUnfinished.Name, Keys.Hex(id.Value));
}
