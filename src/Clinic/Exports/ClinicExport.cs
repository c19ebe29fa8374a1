using System.Text.Json;
using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Exports;

/// <summary>How far an export is.</summary>
[JsonConverter(typeof(CodeConverter<ExportState>))]
public enum ExportState
{
    Queued,
    Running,

    /// <summary>All is written and can be fetched.</summary>
    Finished,

    /// <summary>It cannot be completed; what was written is deleted.</summary>
    Failed,

    /// <summary>Its time is over: not finished, or not fetched, in time.</summary>
    Expired,

    /// <summary>Ended by an owner, or because somebody in it was erased.</summary>
    Ended,
}

/// <summary>What the next step writes.</summary>
internal enum ExportPhase
{
    /// <summary>Nothing: it counts the patients.</summary>
    Counting,
    Patients,
    Clinic,
    Trail,

    /// <summary>The manifest, which ends it.</summary>
    Manifest,
}

/// <summary>
/// One export of a clinic, and where its next step begins. Codes and numbers only; nothing of it says anything of a patient.
/// </summary>
/// <param name="KeyVersion">Of the clinic's key that is drawn with this export and destroyed with it.</param>
/// <param name="Version">Number of the step; each step is conditional on it, so that none is taken twice.</param>
/// <param name="Of">Patients on the roster when it began.</param>
/// <param name="Patients">Lines written.</param>
/// <param name="Withheld">Patients whom nobody may read.</param>
/// <param name="Part">Which part of the roster it is at.</param>
/// <param name="From">The last patient of that part that is done, or the oldest entry of the trail; null at first.</param>
/// <param name="Resources">Resources of each type.</param>
internal sealed record ClinicExport(
    ExportId Id, int KeyVersion, ExportState State, ExportPhase Phase, long Version, string StartedBy, DateTimeOffset StartedAt,
    long Of, long Patients, long Withheld, int Files, long Bytes, long Documents, long DocumentBytes, int Part, string? From,
    IReadOnlyDictionary<string, int> Resources)
{
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it failed or was ended; a code.</summary>
    public string? Reason { get; init; }

    public bool IsRunning => State is ExportState.Queued or ExportState.Running;

    public bool IsOver => !IsRunning && State != ExportState.Finished;

    public DateTimeOffset? KeptUntil => State == ExportState.Finished ? EndedAt + Durations.ExportKept.Length : null;

    public static ClinicExport New(ExportId id, int keyVersion, string by, DateTimeOffset now) => new(
        id, keyVersion, ExportState.Queued, ExportPhase.Counting, 1, by, now, 0, 0, 0, 0, 0, 0, 0, 0, null,
        new Dictionary<string, int>());

    public ClinicExport Next(ExportPhase phase) => this with
    {
        State = ExportState.Running,
        Phase = phase,
        Version = Version + 1,
        Part = phase == Phase ? Part : 0,
        From = phase == Phase ? From : null,
    };

    public ClinicExport End(ExportState state, DateTimeOffset now, string? reason = null) => this with
    {
        State = state,
        Version = Version + 1,
        EndedAt = now,
        Reason = reason,
    };

    public ClinicExport With(IEnumerable<ExportFile> files) => files.Aggregate(
        this, (export, file) => export with { Files = export.Files + 1, Bytes = export.Bytes + file.SizeBytes });
}

internal static class ExportRefusals
{
    public static readonly Refusal Running = new(409, "export-running", "An export of this clinic is under way.");
    public static readonly Refusal NotFinished = new(
        409, "export-not-finished", "This export has nothing to fetch, or not any more.");
    public static readonly Refusal NotOpened = new(
        403, "export-not-opened", "Open the export by the link of the mail: it opens it for this session, for an hour.");
    public static readonly Refusal UnknownLink = new(404, "export-link-unknown", "This link is not valid, or not any more.");
    public static readonly Refusal PatientTooLarge = new(
        422, "export-patient-too-large", "The record of one patient is larger than an export takes.");

    /// <summary>The reason of an export that ended because somebody in it was erased.</summary>
    public const string PatientErased = "patient-erased";
}

/// <summary>The rows of an export.</summary>
internal static class ExportItem
{
    private const string State = "st";
    private const string Reason = "why";
    private const string Ended = "end";
    private const string ContentKeyName = "key";
    private const string Turn = "n";
    private const string RunningName = "run";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Exports);

    public static Item Write(ClinicExport export, byte[] contentKey) => Values(export).Seal(ContentKeyName, contentKey, Key);

    /// <summary>
    /// The next state over the one before; the sealed key stays as it is.
    /// </summary>
    public static Change Move(this Change change, ClinicExport before, ClinicExport after) =>
        change.Patch(Values(after), [], Condition.VersionIs(before.Version), Problems.Stale);

    /// <summary>When it is purged: nothing opens its files any more.</summary>
    public static Change DropKey(this Change change, ExportId export) =>
        change.Patch(new Item(Keys.Export(export)), [ContentKeyName], Condition.Exists, Problems.Conflict);

    public static async Task<ClinicExport?> Read(TenantStore store, ExportId id, CancellationToken ct) =>
        await store.Get(Keys.Export(id), ct) is { } row ? Of(id, row) : null;

    public static ClinicExport Of(ExportId id, Item row) => new(
        id, (int)row.Number("kv"), Enum.Parse<ExportState>(row.Need(State)), Enum.Parse<ExportPhase>(row.Need("ph")), row.Version,
        row.Need("by"), row.Instant("at"), row.Number("of"), row.Number("pats"), row.Number("held"), (int)row.Number("files"),
        row.Number("bytes"), row.Number("docs"), row.Number("docb"), (int)row.Number("part"),
        row.Need("from") is { Length: > 0 } from ? from : null,
        JsonSerializer.Deserialize(row.Need("types"), ExportsJson.Default.IReadOnlyDictionaryStringInt32)!)
    {
        EndedAt = row.Has(Ended) ? row.Instant(Ended) : null,
        Reason = row.Text(Reason),
    };

    /// <summary>What seals its files; to be zeroed by whoever took it.</summary>
    /// <exception cref="KeyGoneException">It was purged.</exception>
    public static async Task<byte[]> ContentKey(TenantStore store, ExportId id, CancellationToken ct) =>
        await store.Get(Keys.Export(id), ct) is { } row && await store.Open(row, ContentKeyName, Key, ct) is { } key
            ? key : throw new KeyGoneException();

    public static ExportId IdOf(Item entry) => new(Guid.ParseExact(entry.Key.Sort, "N"));

    /// <summary>How many exports were begun, and whether one runs.</summary>
    public static async Task<(int Begun, bool Runs)> ReadTurn(TenantStore store, CancellationToken ct) =>
        await store.Get(Keys.ExportTurn, ct) is { } row ? ((int)row.Number(Turn), row.Has(RunningName)) : (0, false);

    /// <summary>Takes the turn: one export runs at a time, and each has a number of its own, for ever.</summary>
    public static Change TakeTurn(this Change change, ClinicExport export)
    {
        var row = new Item(Keys.ExportTurn).Set(Turn, export.KeyVersion).Set(RunningName, Keys.Hex(export.Id.Value));
        return export.KeyVersion == 1 ? change.Insert(row, ExportRefusals.Running) : change.Replace(
            row, Condition.NumberIs(Turn, export.KeyVersion - 1).And(Condition.Lacks(RunningName)), ExportRefusals.Running);
    }

    public static Change GiveTurn(this Change change, ClinicExport export) => change.Patch(
        new Item(Keys.ExportTurn), [RunningName], Condition.Is(RunningName, Keys.Hex(export.Id.Value)), Problems.Stale);

    /// <summary>An export that nothing moves is purged: each step puts this off.</summary>
    public static Item UnfinishedClock(ExportId export, DateTimeOffset due) =>
        ClockRow.Start(Durations.ExportUnfinished.Name, Keys.Hex(export.Value), due);

    public static Item KeptClock(ExportId export, DateTimeOffset due) =>
        ClockRow.Start(Durations.ExportKept.Name, Keys.Hex(export.Value), due);

    /// <summary>Ends one that runs or is kept; its clock strikes with the next minute.</summary>
    public static Change End(
        this Change change, ClinicExport export, ExportState state, DateTimeOffset now, string? reason = null)
    {
        change.Move(export, export.End(state, now, reason));
        return export.IsRunning
            ? change.GiveTurn(export).Replace(UnfinishedClock(export.Id, now), Condition.Exists, Problems.Stale)
            : change.Replace(KeptClock(export.Id, now), Condition.Exists, Problems.Stale);
    }

    private static Item Values(ClinicExport export)
    {
        var row = new Item(Keys.Export(export.Id)).SetVersion(export.Version).Set("kv", export.KeyVersion)
            .Set(State, export.State.ToString()).Set("ph", export.Phase.ToString())
            .Set("by", export.StartedBy).Set("at", export.StartedAt).Set("of", export.Of).Set("pats", export.Patients)
            .Set("held", export.Withheld).Set("files", export.Files).Set("bytes", export.Bytes).Set("docs", export.Documents)
            .Set("docb", export.DocumentBytes).Set("part", export.Part).Set("from", export.From ?? "")
            .Set("types", JsonSerializer.Serialize(export.Resources, ExportsJson.Default.IReadOnlyDictionaryStringInt32));
        row = export.EndedAt is { } ended ? row.Set(Ended, ended) : row;
        return export.Reason is { } reason ? row.Set(Reason, reason) : row;
    }
}
