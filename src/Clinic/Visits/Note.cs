using System.Text.Json;
using System.Text.Json.Serialization;
using Clinic.Chart;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Visits;

[JsonConverter(typeof(CodeConverter<NoteState>))]
public enum NoteState
{
    /// <summary>Its author alone changes it, signs it, or throws it away.</summary>
    Draft,

    /// <summary>Changes never again; what is missing or wrong is said in an addendum.</summary>
    Signed,
}

/// <summary>What is written about a visit, under the four headings of a SOAP note.</summary>
/// <param name="Subjective">What she tells.</param>
/// <param name="Objective">What is found.</param>
/// <param name="Assessment">What it is taken for.</param>
/// <param name="Plan">What is to be done.</param>
public sealed record NoteForm(
    string? Subjective = null, string? Objective = null, string? Assessment = null, string? Plan = null)
{
    public const int SectionLengthMax = 8_000;

    internal Outcome<NoteForm> Check()
    {
        var said = new[] { Subjective, Objective, Assessment, Plan }.Any(t => !string.IsNullOrWhiteSpace(t));
        var rules = new FieldRules()
            .OptionalProse(Subjective, "subjective", SectionLengthMax)
            .OptionalProse(Objective, "objective", SectionLengthMax)
            .OptionalProse(Assessment, "assessment", SectionLengthMax)
            .OptionalProse(Plan, "plan", SectionLengthMax)
            .Need(said, "subjective", "at least one of the four sections");
        return rules.Refusal is { } refusal ? refusal : this;
    }
}

/// <summary>Who stands for a note with her or his name, and since when.</summary>
internal sealed record Signature(MemberId By, string Name, DateTimeOffset At);

/// <param name="Author">Who wrote it, and may change it while it is a draft.</param>
/// <param name="Cosigner">A second clinician, who read it after it was signed.</param>
internal sealed record Note(
    EntryId Id, EntryId Visit, NoteState State, long Version, DateTimeOffset At, MemberId Author, NoteForm Text,
    Signature? Signed = null, Signature? Cosigned = null);

internal static class NoteItem
{
    public const int PerVisitMax = 50;
    public const int AddendaMax = 50;

    private const string StateName = "st";
    private const string Visit = "visit";
    private const string At = "at";
    private const string By = "by";
    private const string Text = "b";
    private const string Signed = "s";
    private const string Cosigned = "c";
    private const string IsCosigned = "cs";
    private const string AddendumText = "b";

    public static string Kind { get; } = Codes.Of(ChartKind.Note);

    public static Condition IsSigned { get; } = Condition.Is(StateName, Codes.Of(NoteState.Signed));

    public static Key Place(PatientId patient, EntryId note) => Keys.Chart(patient, Kind, note);

    /// <summary>As it was read, and still a draft: a signed note is in no condition that rewrites it.</summary>
    public static Condition IsDraft(Note note) =>
        Condition.VersionIs(note.Version).And(Condition.Is(StateName, Codes.Of(NoteState.Draft)));

    /// <summary>
    /// To a signed note nothing is ever added but that a second clinician signed too: text and signature are not written again.
    /// </summary>
    public static Change Cosign(Change change, PatientId patient, Note before, Note after) => change.Patch(
        new Item(Place(patient, before.Id)).SetVersion(after.Version).Set(IsCosigned, "yes")
            .Seal(Cosigned, after.Cosigned!, VisitsJson.Default.Signature, ChartItem.ClinicalKey(patient)),
        [], Condition.VersionIs(before.Version).And(IsSigned).And(Condition.Lacks(IsCosigned)), Problems.Stale);

    public static Item Write(PatientId patient, Note note)
    {
        var item = new Item(Place(patient, note.Id))
            .Set(StateName, Codes.Of(note.State)).SetVersion(note.Version).Set(Visit, Keys.Hex(note.Visit.Value))
            .Set(At, note.At).Set(By, note.Author.ToString())
            .Seal(Text, note.Text, VisitsJson.Default.NoteForm, ChartItem.ClinicalKey(patient));
        return note.Signed is { } signed
            ? item.Seal(Signed, signed, VisitsJson.Default.Signature, ChartItem.ClinicalKey(patient)) : item;
    }

    public static async Task<Note?> Read(TenantStore store, PatientId patient, EntryId id, CancellationToken ct)
    {
        var row = store.Get(Place(patient, id), ct);
        await Task.WhenAll(row, store.Warm(ChartItem.ClinicalKey(patient), ct));
        return await row is { } item ? await Open(store, patient, item, ct) : null;
    }

    public static async Task<Note> Open(TenantStore store, PatientId patient, Item item, CancellationToken ct)
    {
        var key = ChartItem.ClinicalKey(patient);
        return new Note(
            new EntryId(Guid.ParseExact(item.Key.Sort[Keys.ChartPrefix(Kind).Length..], "N")),
            new EntryId(Guid.ParseExact(item.Need(Visit), "N")),
            Enum.GetValues<NoteState>().Single(s => Codes.Of(s) == item.Need(StateName)), item.Version, item.Instant(At),
            Id.Parse<MemberId>(item.Need(By)), (await store.Open(item, Text, key, VisitsJson.Default.NoteForm, ct))!,
            await store.Open(item, Signed, key, VisitsJson.Default.Signature, ct),
            await store.Open(item, Cosigned, key, VisitsJson.Default.Signature, ct));
    }

    public static Item Addendum(PatientId patient, EntryId note, Addendum addendum) =>
        new Item(Keys.NoteAddendum(patient, note, addendum.Id))
            .Seal(AddendumText, addendum, VisitsJson.Default.Addendum, ChartItem.ClinicalKey(patient));

    public static async Task<IReadOnlyList<Addendum>> Addenda(
        TenantStore store, PatientId patient, EntryId note, CancellationToken ct)
    {
        var addenda = new List<Addendum>();
        foreach (var row in await AddendaRows(store, patient, note, ct))
        {
            addenda.Add(await OpenAddendum(store, patient, row, ct));
        }

        return addenda;
    }

    public static async Task<IReadOnlyList<Item>> AddendaRows(
        TenantStore store, PatientId patient, EntryId note, CancellationToken ct) => (await store.Query(
            Keys.Patient(patient).Area, Keys.NoteAddendumPrefix(note), Page<Item>.SizeMax, null, newestFirst: false, ct)).Items;

    public static async Task<Addendum> OpenAddendum(TenantStore store, PatientId patient, Item row, CancellationToken ct) =>
        (await store.Open(row, AddendumText, ChartItem.ClinicalKey(patient), VisitsJson.Default.Addendum, ct))!;

    public static bool IsSignedRow(Item row) => row.Text(StateName) == Codes.Of(NoteState.Signed);
}

/// <summary>Said later about a signed note.</summary>
public sealed record Addendum(EntryId Id, string Text, MemberId By, string Name, DateTimeOffset At);

public sealed record SignatureView(MemberId By, string Name, DateTimeOffset At);

/// <param name="Signed">Absent while it is a draft.</param>
/// <param name="Addenda">Oldest first; with one note alone.</param>
public sealed record NoteView(
    EntryId Id, EntryId Visit, NoteState State, MemberId Author, DateTimeOffset At, long Version, NoteForm Text,
    SignatureView? Signed, SignatureView? Cosigned, IReadOnlyList<Addendum>? Addenda)
{
    internal static NoteView Of(Note n, IReadOnlyList<Addendum>? addenda = null) => new(
        n.Id, n.Visit, n.State, n.Author, n.At, n.Version, n.Text, Of(n.Signed), Of(n.Cosigned), addenda);

    internal static EntryView InTimeline(Note n) => new(
        n.Id, ChartKind.Note, Codes.Of(n.State), n.Version, n.At, n.Author.ToString(), n.Visit, EntryIds.At(n.Id),
        Content: JsonSerializer.SerializeToElement(Of(n), VisitsJson.Default.NoteView));

    private static SignatureView? Of(Signature? signature) =>
        signature is { } s ? new SignatureView(s.By, s.Name, s.At) : null;
}

internal static class NoteRefusals
{
    public static readonly Refusal OfAnother = new(403, "note-of-another", "Only its author changes or signs a draft.");
    public static readonly Refusal Signed = new(409, "note-signed", "A signed note does not change: write an addendum.");
    public static readonly Refusal NotSigned = new(409, "note-not-signed", "This note is a draft.");
    public static readonly Refusal Cosigned = new(409, "note-cosigned", "This note has a second signature.");
    public static readonly Refusal OwnNote = new(409, "own-note", "The second signature is somebody else's.");
    public static readonly Refusal TooMany = new(409, "too-many-notes",
        $"A visit has at most {NoteItem.PerVisitMax} notes.");
    public static readonly Refusal TooManyAddenda = new(409, "too-many-addenda",
        $"A note has at most {NoteItem.AddendaMax} addenda.");
}
