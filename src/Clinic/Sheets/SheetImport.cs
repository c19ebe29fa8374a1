using System.Text.Json;
using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Sheets;

/// <summary>How far the import of a list is.</summary>
[JsonConverter(typeof(CodeConverter<SheetState>))]
public enum SheetState
{
    /// <summary>A ticket was given out; nothing is read before the list is started.</summary>
    AwaitingUpload,
    Queued,

    /// <summary>Understood as a whole; being cut into sealed parts.</summary>
    Splitting,

    /// <summary>Being compared with the register, row by row.</summary>
    Comparing,

    /// <summary>The dry run is done: nobody is registered yet. It waits for a day at most.</summary>
    Checked,

    /// <summary>Patients are being registered.</summary>
    Applying,

    /// <summary>All are registered; what lay on the way is being deleted.</summary>
    Clearing,
    Finished,

    /// <summary>Whom it registered is being removed, as far as nobody worked with her.</summary>
    Undoing,
    Undone,

    /// <summary>Nothing of it could be read; nobody was registered.</summary>
    Failed,

    /// <summary>Not finished in time; whom it registered stays, the rest is deleted.</summary>
    Expired,
}

/// <summary>What to do with rows that are likely somebody who is registered, or of an earlier row.</summary>
[JsonConverter(typeof(CodeConverter<SheetDuplicates>))]
public enum SheetDuplicates
{
    Skip,
    Register,
}

/// <summary>Rows by what became of them; of a dry run, what would.</summary>
/// <param name="Rows">All that hold something, the header aside.</param>
/// <param name="WouldRegister">Neither refused, nor known, nor a likely duplicate.</param>
/// <param name="Known">The same row, or the same number of the clinic, was imported before.</param>
/// <param name="Duplicates">Likely somebody who is registered, or of an earlier row.</param>
/// <param name="Masked">Cells in which an Aadhaar number became its last four.</param>
/// <param name="Skipped">Not registered when it was applied: known, or likely duplicates.</param>
public sealed record SheetCounts(
    int Rows = 0, int Refused = 0, int WouldRegister = 0, int Known = 0, int Duplicates = 0, int Masked = 0, int Registered = 0,
    int Skipped = 0, int Removed = 0, int Stayed = 0);

/// <summary>What of the file itself is kept until it is over; sealed.</summary>
internal sealed record SheetWordsKept(SheetMappingForm Mapping, string? Sheet, IReadOnlyList<UnknownColumn> Unknown);

/// <summary>One list: its report, and where its next step begins. Codes and numbers, but for the words, which are
/// sealed.</summary>
/// <param name="Version">Number of the step; each step is conditional on it, so that none is taken twice.</param>
/// <param name="Part">Next part to work on, and in it the next <paramref name="Row"/>.</param>
/// <param name="Undo">Where undoing goes on.</param>
internal sealed record SheetImport(
    SheetImportId Id, SheetState State, long Version, SheetType Type, bool ByUpload, long SizeBytes, string? Sha256,
        string StartedBy,
    DateTimeOffset StartedAt, long MappingVersion, SheetWordsKept? Words)
{
    /// <summary>The largest list in the body of one request; a larger one goes by upload.</summary>
    public const int BodyBytesMax = 4 * 1024 * 1024;

    /// <summary>The largest upload: it and its rows are in a worker's memory at once.</summary>
    public const int UploadBytesMax = 64 * 1024 * 1024;

    public int Parts { get; init; }

    public int Part { get; init; }

    public int Row { get; init; }

    public int RefusalsListed { get; init; }

    public int DuplicatesListed { get; init; }

    public int FirstRow { get; init; }

    public int LastRow { get; init; }

    public SheetCounts Counts { get; init; } = new();

    public IReadOnlyList<int> UnknownColumns { get; init; } = [];

    public SheetDuplicates Duplicates { get; init; }

    public string? Undo { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public UploadKey? UploadKey { get; init; }

    public bool IsOver => State is SheetState.Finished or SheetState.Undone or SheetState.Failed or SheetState.Expired;

    /// <summary>Nothing moves it but a member.</summary>
    public bool Rests => IsOver || State is SheetState.AwaitingUpload or SheetState.Checked;

    public bool IsUndoable => State == SheetState.Finished || (State == SheetState.Expired && Counts.Registered > Counts.Removed);

    public string SourceObject => $"sheets/{Keys.Hex(Id.Value)}/source";

    public string PartObject(int part) => $"sheets/{Keys.Hex(Id.Value)}/part/{Keys.Number(part)}";

    public static SheetImport New(
        SheetImportId id, SheetType type, string? sheet, bool byUpload, long sizeBytes, string? sha256,
        (SheetMappingForm Mapping, long Version) mapping, string by, DateTimeOffset now) => new(
        id, byUpload ? SheetState.AwaitingUpload : SheetState.Queued, 1, type, byUpload, sizeBytes, sha256, by, now,
            mapping.Version,
        new SheetWordsKept(mapping.Mapping, sheet, [])) { UploadKey = byUpload ? UploadKey.New() : null };

    public SheetImport Next(SheetState state)
    {
        var next = this with { State = state, Version = Version + 1 };
        return next with
        {
            // Once it is cut into sealed parts, or over, nobody opens the upload again; once it is over, no word of the file
            // is left.
            UploadKey = state is SheetState.AwaitingUpload or SheetState.Queued or SheetState.Splitting ? UploadKey : null,
            Words = next.IsOver || state == SheetState.Undoing ? null : Words,
        };
    }
}

internal static class SheetImportItem
{
    private const string State = "st";
    private const string UploadKeyName = "upk";
    private const string WordsName = "words";
    private static readonly KeyRef IntakeKey = KeyRef.Of(TenantPurpose.Intake);

    public static Item Write(SheetImport import)
    {
        var row = new Item(Keys.SheetImport(import.Id)).SetVersion(import.Version).Set(State, import.State.ToString())
            .Set("type", import.Type.ToString()).Set("up", import.ByUpload ? 1 : 0).Set("size", import.SizeBytes)
            .Set("by", import.StartedBy).Set("at", import.StartedAt).Set("map", import.MappingVersion)
            .Set("parts", import.Parts).Set("part", import.Part).Set("row", import.Row)
            .Set("listed", import.RefusalsListed).Set("alike", import.DuplicatesListed)
            .Set("first", import.FirstRow).Set("last", import.LastRow).Set("dup", import.Duplicates.ToString())
            .Set("unknown", string.Join(' ', import.UnknownColumns))
            .Set("counts", JsonSerializer.Serialize(import.Counts, SheetsJson.Default.SheetCounts));
        row = import.Sha256 is { } hash ? row.Set("sha", hash) : row;
        row = import.Undo is { } undo ? row.Set("undo", undo) : row;
        row = import.Reason is { } reason ? row.Set("why", reason) : row;
        row = import.EndedAt is { } ended ? row.Set("end", ended) : row;
        row = import.UploadKey is { } key ? row.Seal(UploadKeyName, key.Bytes.ToArray(), IntakeKey) : row;
        return import.Words is { } words ? row.Seal(WordsName, words, SheetsJson.Default.SheetWordsKept, IntakeKey) : row;
    }

    public static async Task<SheetImport?> Read(TenantStore store, SheetImportId id, CancellationToken ct)
    {
        if (await store.Get(Keys.SheetImport(id), ct) is not { } row)
        {
            return null;
        }

        var words = await store.Open(row, WordsName, IntakeKey, SheetsJson.Default.SheetWordsKept, ct);
        var key = await store.Open(row, UploadKeyName, IntakeKey, ct);
        return Of(id, row, words) with { UploadKey = key is null ? null : new UploadKey(key) };
    }

    private static SheetImport Of(SheetImportId id, Item row, SheetWordsKept? words) => new(
        id, Enum.Parse<SheetState>(row.Need(State)), row.Version, Enum.Parse<SheetType>(row.Need("type")), row.Number("up") == 1,
        row.Number("size"), row.Text("sha"), row.Need("by"), row.Instant("at"), row.Number("map"), words)
    {
        Parts = (int)row.Number("parts"),
        Part = (int)row.Number("part"),
        Row = (int)row.Number("row"),
        RefusalsListed = (int)row.Number("listed"),
        DuplicatesListed = (int)row.Number("alike"),
        FirstRow = (int)row.Number("first"),
        LastRow = (int)row.Number("last"),
        Duplicates = Enum.Parse<SheetDuplicates>(row.Need("dup")),
        UnknownColumns = [.. row.Need("unknown").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)],
        Counts = JsonSerializer.Deserialize(row.Need("counts"), SheetsJson.Default.SheetCounts)!,
        Undo = row.Text("undo"),
        Reason = row.Text("why"),
        EndedAt = row.Has("end") ? row.Instant("end") : null,
    };

    /// <summary>A list that nothing moves is purged: each step puts this off.</summary>
    public static Item Clock(SheetImport import, DateTimeOffset now) =>
        ClockRow.Start(
            Durations.SheetUnfinished.Name, Keys.Hex(import.Id.Value), now + Durations.SheetUnfinished.Length);

    public static Key ClockKey(SheetImportId id) => Keys.Clock(Durations.SheetUnfinished.Name, Keys.Hex(id.Value));
}
