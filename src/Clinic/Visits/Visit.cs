using System.Text.Json;
using System.Text.Json.Serialization;
using Clinic.Chart;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Visits;

/// <summary>Encounter.class of FHIR R4 (v3-ActCode).</summary>
[JsonConverter(typeof(CodeConverter<VisitClass>))]
public enum VisitClass
{
    /// <summary>AMB.</summary>
    Ambulatory,

    /// <summary>VR: by telephone or video.</summary>
    Virtual,

    /// <summary>HH.</summary>
    Home,

    /// <summary>EMER.</summary>
    Emergency,

    /// <summary>IMP: with a stay.</summary>
    Inpatient,
}

/// <summary>Encounter.status of FHIR R4: planned, in-progress, finished, cancelled.</summary>
[JsonConverter(typeof(CodeConverter<VisitState>))]
public enum VisitState
{
    Planned,
    Open,
    Closed,
    Cancelled,
}

/// <summary>Sealed whole under the patient's clinical key: when, why and by whom she is seen is health data.</summary>
/// <param name="Start">When it is planned to begin, or began.</param>
/// <param name="Reason">Why she comes, in her words or the desk's.</param>
internal sealed record VisitRecord(
    VisitClass Class, DateTimeOffset Start, string? Reason, MemberId? Practitioner, LocationId? Location,
    DateTimeOffset? OpenedAt = null, DateTimeOffset? ClosedAt = null, string? CancelledBecause = null);

/// <param name="At">When this version was written.</param>
/// <param name="NoteWrites">
/// Counts up with each note that is begun, signed or thrown away. No version, so that who has the visit on her screen is not
/// outdated by somebody's draft; in the condition of every write, so that none of the two overwrites the other.
/// </param>
/// <param name="Drafts">Notes that nobody has signed yet: while there is one, the visit is not closed.</param>
internal sealed record Visit(
    EntryId Id, VisitState State, long Version, DateTimeOffset At, string By, long NoteWrites, int Drafts,
    IReadOnlyList<EntryId> Notes, VisitRecord Record);

internal static class VisitItem
{
    private const string StateName = "st";
    private const string At = "at";
    private const string By = "by";
    private const string NoteWrites = "nw";
    private const string Drafts = "nd";
    private const string Notes = "notes";
    private const string Body = "b";

    public static string Kind { get; } = Codes.Of(ChartKind.Visit);

    public static Key Place(PatientId patient, EntryId visit) => Keys.Chart(patient, Kind, visit);

    public static Item Write(PatientId patient, Visit visit) => Fill(new Item(Place(patient, visit.Id)), patient, visit)
        .Set(NoteWrites, visit.NoteWrites).Set(Drafts, visit.Drafts)
        .Set(Notes, string.Join(' ', visit.Notes.Select(n => Keys.Hex(n.Value))));

    public static Item Earlier(PatientId patient, Visit visit) =>
        Fill(new Item(Keys.ChartVersion(patient, Kind, visit.Id, visit.Version)), patient, visit);

    /// <summary>As it was read, no note begun or signed since.</summary>
    public static Condition Unchanged(Visit visit) =>
        Condition.VersionIs(visit.Version).And(Condition.NumberIs(NoteWrites, visit.NoteWrites));

    /// <summary>
    /// What a note writes into its visit: refused when another note was quicker, or when the visit's state changed meanwhile.
    /// </summary>
    public static Change Noted(Change change, PatientId patient, Visit before, Visit after) => change.Patch(
        new Item(Place(patient, before.Id)).Set(NoteWrites, before.NoteWrites + 1).Set(Drafts, after.Drafts)
            .Set(Notes, string.Join(' ', after.Notes.Select(n => Keys.Hex(n.Value)))), [],
        Condition.Is(StateName, Codes.Of(before.State)).And(Condition.NumberIs(NoteWrites, before.NoteWrites)),
        Problems.Conflict);

    public static async Task<Visit?> Read(TenantStore store, PatientId patient, EntryId id, CancellationToken ct)
    {
        var row = store.Get(Place(patient, id), ct);
        await Task.WhenAll(row, store.Warm(ChartItem.ClinicalKey(patient), ct));
        return await row is { } item ? await Open(store, patient, item, ct) : null;
    }

    public static async Task<Visit> Open(TenantStore store, PatientId patient, Item item, CancellationToken ct)
    {
        var record = await store.Open(item, Body, ChartItem.ClinicalKey(patient), VisitsJson.Default.VisitRecord, ct);
        return new Visit(
            new EntryId(Guid.ParseExact(item.Key.Sort[Keys.ChartPrefix(Kind).Length..], "N")),
            Enum.GetValues<VisitState>().Single(s => Codes.Of(s) == item.Need(StateName)), item.Version, item.Instant(At),
            item.Need(By), item.Number(NoteWrites), (int)item.Number(Drafts),
            [.. item.Need(Notes).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(n => new EntryId(Guid.ParseExact(n, "N")))],
            record!);
    }

    /// <summary>She was seen, or is being seen.</summary>
    public static bool HasBegun(Item item) =>
        item.Need(StateName) is var state && (state == Codes.Of(VisitState.Open) || state == Codes.Of(VisitState.Closed));

    private static Item Fill(Item item, PatientId patient, Visit visit) => item
        .Set(StateName, Codes.Of(visit.State)).SetVersion(visit.Version).Set(At, visit.At).Set(By, visit.By)
        .Seal(Body, visit.Record, VisitsJson.Default.VisitRecord, ChartItem.ClinicalKey(patient));
}

/// <summary>A visit as its readers see it.</summary>
/// <param name="Start">When it is planned to begin, or began.</param>
/// <param name="Notes">Ids, oldest first; what they say is read by itself.</param>
/// <param name="Patient">Under whose path it is read by itself: of a merged record another than the list's.</param>
public sealed record VisitView(
    EntryId Id, VisitState State, VisitClass Class, DateTimeOffset Start, DateTimeOffset? OpenedAt, DateTimeOffset? ClosedAt,
    string? Reason, MemberId? Practitioner, LocationId? Location, string? CancelledBecause, IReadOnlyList<EntryId> Notes,
    long Version, DateTimeOffset VersionAt, string VersionBy, PatientId Patient)
{
    internal static VisitView Of(PatientId patient, Visit v) => new(
        v.Id, v.State, v.Record.Class, v.Record.Start, v.Record.OpenedAt, v.Record.ClosedAt, v.Record.Reason,
        v.Record.Practitioner, v.Record.Location, v.Record.CancelledBecause, v.Notes, v.Version, v.At, v.By,
        patient);

    internal static EntryView InTimeline(PatientId patient, Visit v) => new(
        v.Id, ChartKind.Visit, Codes.Of(v.State), v.Version, v.At, v.By, null, EntryIds.At(v.Id, v.Record.Start),
        Content: JsonSerializer.SerializeToElement(Of(patient, v), VisitsJson.Default.VisitView));
}

internal static class VisitRefusals
{
    public static readonly Refusal NotOpen = new(409, "visit-not-open", "This visit is not open.");
    public static readonly Refusal NotPlanned = new(409, "visit-not-planned", "This visit is not planned any more.");
    public static readonly Refusal Over = new(409, "visit-over", "This visit is over.");
    public static readonly Refusal Unsigned = new(409, "unsigned-notes",
        "A note of this visit is not signed yet: sign it, or throw it away.");

    public static readonly Refusal Deceased = new(409, "patient-deceased",
        "She had died by then: a visit before that needs its day of death, and notes and documents are still added.");

    /// <summary>Null when she may be seen at this instant.</summary>
    public static Refusal? AfterDeath(Patient patient, DateTimeOffset at) =>
        patient.Record.Deceased is { } died && died.Precedes(at) ? Deceased : null;

    /// <summary>Somebody was quicker: who, when, and which version there is now. Nothing of what it says.</summary>
    public static Refusal Stale(long version, DateTimeOffset at, string by) => Problems.Stale with
    {
        More = new() { ["version"] = version, ["changedAt"] = at, ["changedBy"] = by },
    };
}
