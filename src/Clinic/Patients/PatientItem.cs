using Clinic.Consent;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Patients;

/// <summary>The rows of a patient.</summary>
internal static class PatientItem
{
    public const string State = "st";
    private const string Body = "b";
    private const string Consents = "c";
    private const string At = "at";
    private const string By = "by";
    private const string Into = "into";
    private const string Was = "was";
    private const string Absorbed = "abs";
    private const string Photo = "photo";
    private const string OtherLocation = "other-location";
    private const string MergedAway = "merged";

    /// <summary>For whoever writes into her record: her consents are given, and she is not restricted or erased.</summary>
    public static Condition IsActive { get; } = Condition.Is(State, Code(PatientState.Active));

    /// <summary>
    /// For what was decided by who she is: when she died, when she was born, which records were merged into hers. An amendment at
    /// the same moment makes it be decided again.
    /// </summary>
    public static Condition IsActiveAs(Patient read) => IsActive.And(Condition.VersionIs(read.Version));

    public static KeyRef IdentityKey(PatientId patient) => KeyRef.Of(patient, KeyClass.Identity);

    public static Item Head(Patient patient)
    {
        var head = new Item(Keys.Patient(patient.Id))
            .Set(State, Code(patient.State))
            .SetVersion(patient.Version)
            .Set(At, patient.VersionAt)
            .Set(By, patient.VersionBy)
            .Seal(Body, patient.Record, PatientsJson.Default.PatientRecord, IdentityKey(patient.Id))
            .Seal(Consents, [.. patient.Consents], PatientsJson.Default.ConsentStateArray, IdentityKey(patient.Id));
        if (patient.Merging is { } merging)
        {
            head.Set(Into, Keys.Hex(merging.Into.Value)).Set(Was, Code(merging.Was));
        }

        if (patient.Photo is { } photo)
        {
            head.Set(Photo, Keys.Hex(photo.Value));
        }

        return patient.Absorbed.Count == 0
            ? head : head.Set(Absorbed, string.Join(' ', patient.Absorbed.Select(a => Keys.Hex(a.Value))));
    }

    /// <summary>An earlier version, beside the head; written when a newer one takes the head.</summary>
    public static Item Earlier(Patient patient) => new Item(Keys.PatientVersion(patient.Id, patient.Version))
        .SetVersion(patient.Version)
        .Set(At, patient.VersionAt)
        .Set(By, patient.VersionBy)
        .Seal(Body, patient.Record, PatientsJson.Default.PatientRecord, IdentityKey(patient.Id));

    /// <summary>
    /// Null when there is no such patient here or nobody may read her. The key is loaded beside the row: one round.
    /// </summary>
    /// <exception cref="WithheldException">
    /// She belongs to a location at which this caller does not work (ISO-5); or the record is merged, and says into which.
    /// </exception>
    public static async Task<Patient?> Read(TenantStore store, PatientId id, CancellationToken ct)
    {
        var found = await ReadMergedToo(store, id, ct);
        return found?.Merging is null ? found : throw new WithheldException(MergedAway, PatientRefusals.MergedAway(found));
    }

    /// <summary>
    /// The same for what shows one thing of a record: a merged record's are read at their own places, by whoever may read the
    /// record that it was merged into.
    /// </summary>
    public static async Task<Patient?> ReadForOne(TenantStore store, PatientId id, CancellationToken ct)
    {
        var found = await ReadHead(store, id, ct);
        return found?.Merging is { } merging ? await Read(store, merging.Into, ct) is null ? null : found : InReach(store, found);
    }

    /// <summary>For a merge and its undoing.</summary>
    public static async Task<Patient?> ReadMergedToo(TenantStore store, PatientId id, CancellationToken ct) =>
        InReach(store, await ReadHead(store, id, ct));

    private static async Task<Patient?> ReadHead(TenantStore store, PatientId id, CancellationToken ct)
    {
        var row = store.Get(Keys.Patient(id), ct);
        await Task.WhenAll(row, store.Warm(IdentityKey(id), ct));
        return await row is { } item ? await OpenReadable(store, id, item, ct) : null;
    }

    private static Patient? InReach(TenantStore store, Patient? found) =>
        found is null || IsInReach(store, found) ? found : throw new WithheldException(OtherLocation);

    /// <summary>One of several: null when nobody may read her, or not this caller, or not at this place any more.</summary>
    public static async Task<Patient?> Open(TenantStore store, PatientId id, Item item, CancellationToken ct) =>
        await OpenReadable(store, id, item, ct) is { Merging: null } found && IsInReach(store, found) ? found : null;

    /// <summary>
    /// Heads for work that all patients are subject to, whoever may read them: their search items, their erasure. Erased ones
    /// are left out.
    /// </summary>
    public static async Task<IReadOnlyList<Patient>?> ReadForRounds(
        TenantStore store, IReadOnlyList<PatientId> ids, CancellationToken ct)
    {
        var rows = (await store.GetMany([.. ids.Select(Keys.Patient)], ct)).ToDictionary(r => r.Key);
        var patients = new List<Patient>();
        foreach (var (id, row) in ids.Where(id => rows.ContainsKey(Keys.Patient(id))).Select(id => (id, rows[Keys.Patient(id)])))
        {
            if (StateOf(row) is not PatientState.Erased and var state)
            {
                patients.Add(await Open(store, id, row, state, ct));
            }
        }

        return patients;
    }

    public static bool IsErased(Item head) => StateOf(head) == PatientState.Erased;

    /// <summary>What stays of a head: that there was somebody, and when she was erased.</summary>
    public static Item Tombstone(Patient patient, DateTimeOffset now, string by) => new Item(Keys.Patient(patient.Id))
        .Set(State, Code(PatientState.Erased))
        .SetVersion(patient.Version + 1)
        .Set(At, now)
        .Set(By, by);

    private static bool IsInReach(TenantStore store, Patient patient) => store.Caller.Scope.Reaches(patient.Record.Location);

    private static async Task<Patient?> OpenReadable(TenantStore store, PatientId id, Item item, CancellationToken ct)
    {
        var state = StateOf(item);
        return state is PatientState.Restricted or PatientState.Erased ? null : await Open(store, id, item, state, ct);
    }

    private static PatientState StateOf(Item item, string name = State) =>
        Enum.GetValues<PatientState>().Single(s => Code(s) == item.Need(name));

    private static async Task<Patient> Open(
        TenantStore store, PatientId id, Item item, PatientState state, CancellationToken ct)
    {
        var record = await store.Open(item, Body, IdentityKey(id), PatientsJson.Default.PatientRecord, ct);
        var consents = await store.Open(item, Consents, IdentityKey(id), PatientsJson.Default.ConsentStateArray, ct);
        return new Patient(id, state, item.Version, item.Instant(At), item.Need(By), record!, consents ?? [])
        {
            Merging = item.Text(Into) is { } into ? new Merging(OfHex(into), StateOf(item, Was)) : null,
            Photo = item.Text(Photo) is { } photo ? new EntryId(Guid.ParseExact(photo, "N")) : null,
            Absorbed = [.. (item.Text(Absorbed) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(OfHex)],
        };
    }

    private static PatientId OfHex(string hex) => new(Guid.ParseExact(hex, "N"));

    public static async Task<PatientVersionView> OpenEarlier(TenantStore store, PatientId id, Item item, CancellationToken ct)
    {
        var record = await store.Open(item, Body, IdentityKey(id), PatientsJson.Default.PatientRecord, ct);
        return new PatientVersionView(item.Version, item.Instant(At), item.Need(By), PatientView.Shown(record!));
    }

    /// <summary>She exists here and may be read: for changes that do not write the head.</summary>
    public static Condition Readable => Condition.Exists.And(Condition.IsNoneOf(
        State, Code(PatientState.Restricted), Code(PatientState.Erased), Code(PatientState.Merged)));

    /// <summary>The same, and she is who she was when she was read.</summary>
    public static Condition ReadableAs(Patient read) => Readable.And(Condition.VersionIs(read.Version));

    /// <summary>A document of hers is not the one by which a desk knows her.</summary>
    public static Condition IsNotPhoto(EntryId document) => Condition.IsNot(Photo, Keys.Hex(document.Value));

    /// <summary>For what ends what was begun before a merge.</summary>
    public static Condition ReadableOrMerged =>
        Condition.Exists.And(Condition.IsNoneOf(State, Code(PatientState.Restricted), Code(PatientState.Erased)));

    private static string Code(PatientState state) => Codes.Of(state);
}
