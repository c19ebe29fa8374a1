using System.Text.Json.Serialization;
using Clinic.Consent;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Tenancy;

namespace Clinic.Patients;

/// <summary>Name as the patient gives it; many Indian names have one part only.</summary>
public sealed record PatientName(string Given, string? Family = null)
{
    [JsonIgnore]
    public string Display => Family is null ? Given : $"{Given} {Family}";
}

/// <summary>FHIR administrative gender.</summary>
[JsonConverter(typeof(CodeConverter<Gender>))]
public enum Gender
{
    Male,
    Female,
    Other,
    Unknown,
}

/// <summary>Birth date, or an age in years and the day on which it was told.</summary>
public sealed record PatientBirth(DateOnly? Date, int? AgeYears = null, DateOnly? AgeOn = null)
{
    /// <summary>Whole years on a day; an age that was told counts on from the day it was told.</summary>
    public int YearsOn(DateOnly day) => Date is { } date ? YearsBetween(date, day)
        : AgeYears!.Value + YearsBetween(AgeOn!.Value, day);

    /// <summary>By month and day, so that who was born on 29 February is older on 1 March, not a day early.</summary>
    private static int YearsBetween(DateOnly from, DateOnly to) =>
        to.Year - from.Year - ((to.Month, to.Day).CompareTo((from.Month, from.Day)) < 0 ? 1 : 0);
}

/// <summary>Who consents for a patient under 18 (CON-6).</summary>
public sealed record Guardian(string Name, string Relationship, string Phone);

/// <summary>A number that another body gave her (passport, foreign insurance number). Shown masked.</summary>
public sealed record PatientIdentifier(string Type, string? System, string Value)
{
    private const int Shown = 4;

    public PatientIdentifier Masked() =>
        this with { Value = Value.Length <= Shown ? new string('X', Value.Length)
            : new string('X', Value.Length - Shown) + Value[^Shown..] };
}

/// <summary>How an Aadhaar number was verified when it was taken.</summary>
[JsonConverter(typeof(CodeConverter<AadhaarCheck>))]
public enum AadhaarCheck
{
    /// <summary>She told it; the check digit is right.</summary>
    Told,

    /// <summary>A member saw the card.</summary>
    CardSeen,

    /// <summary>By the signed file of UIDAI's paperless verification.</summary>
    OfflineEkyc,

    /// <summary>By the signed code on letter or card.</summary>
    SecureQr,
}

/// <summary>What is kept of an Aadhaar number that she gave: never the number itself.</summary>
/// <param name="Masked">XXXX XXXX and the last four.</param>
/// <param name="Reference">Drawn at random, so that nothing can be computed from it: the only way to the vault, where there is
/// one.</param>
public sealed record PatientAadhaar(
    string Masked, string Reference, AadhaarCheck Check, DateTimeOffset RecordedAt, string RecordedBy);

/// <summary>Who she is (CLN-1): the sealed identity body of the head and of each earlier version.</summary>
public sealed record PatientRecord(
    PatientName Name,
    PatientBirth Birth,
    Gender Gender,
    string? BloodGroup,
    string? Phone,
    string? Email,
    PostalAddress? Address,
    LocationId? Location,
    Guardian? Guardian,
    IReadOnlyList<PatientIdentifier> Identifiers,
    string? AbhaNumber = null,
    string? AbhaAddress = null,
    PatientAadhaar? Aadhaar = null);

[JsonConverter(typeof(CodeConverter<PatientState>))]
public enum PatientState
{
    Active,

    /// <summary>Imported: read for care under a recorded ground, nothing beyond care until consent (CON-1).</summary>
    ConsentPending,

    /// <summary>Consent withdrawn: no role reads (CON-4).</summary>
    Restricted,

    /// <summary>Her keys are destroyed or about to be: what is left of her is unreadable (RET-7).</summary>
    Erased,
}

/// <summary>A patient with what her head row says about her.</summary>
internal sealed record Patient(
    PatientId Id, PatientState State, long Version, DateTimeOffset VersionAt, string VersionBy, PatientRecord Record,
    IReadOnlyList<ConsentState> Consents);

internal static class PatientRefusals
{
    public static readonly Refusal Duplicate =
        new(409, "likely-duplicate",
            "Somebody very like this is registered: use that record, or name it in acknowledgedDuplicates.");
    public static readonly Refusal GuardianRequired = new(422, "guardian-required",
        "Under 18 only a guardian consents: name the guardian.");
}

/// <summary>The rows of a patient.</summary>
internal static class PatientItem
{
    public const string State = "st";
    private const string Body = "b";
    private const string Consents = "c";
    private const string At = "at";
    private const string By = "by";
    private const string OtherLocation = "other-location";

    /// <summary>For whoever writes into her record: her consents are given, and she is not restricted or erased.</summary>
    public static Condition IsActive { get; } = Condition.Is(State, Code(PatientState.Active));

    public static KeyRef IdentityKey(PatientId patient) => KeyRef.Of(patient, KeyClass.Identity);

    public static Item Head(Patient patient) => new Item(Keys.Patient(patient.Id))
        .Set(State, Code(patient.State))
        .SetVersion(patient.Version)
        .Set(At, patient.VersionAt)
        .Set(By, patient.VersionBy)
        .Seal(Body, patient.Record, PatientsJson.Default.PatientRecord, IdentityKey(patient.Id))
        .Seal(Consents, [.. patient.Consents], PatientsJson.Default.ConsentStateArray, IdentityKey(patient.Id));

    /// <summary>An earlier version, beside the head; written when a newer one takes the head.</summary>
    public static Item Earlier(Patient patient) => new Item(Keys.PatientVersion(patient.Id, patient.Version))
        .SetVersion(patient.Version)
        .Set(At, patient.VersionAt)
        .Set(By, patient.VersionBy)
        .Seal(Body, patient.Record, PatientsJson.Default.PatientRecord, IdentityKey(patient.Id));

    /// <summary>
    /// Null when there is no such patient here or nobody may read her. The key is loaded beside the row: one round.
    /// </summary>
    /// <exception cref="WithheldException">She belongs to a location at which this caller does not work (ISO-5).</exception>
    public static async Task<Patient?> Read(TenantStore store, PatientId id, CancellationToken ct)
    {
        var row = store.Get(Keys.Patient(id), ct);
        await Task.WhenAll(row, store.Warm(IdentityKey(id), ct));
        var found = await row is { } item ? await OpenReadable(store, id, item, ct) : null;
        return found is null || IsInReach(store, found) ? found : throw new WithheldException(OtherLocation);
    }

    /// <summary>One of several: null when nobody may read her, or not this caller.</summary>
    public static async Task<Patient?> Open(TenantStore store, PatientId id, Item item, CancellationToken ct) =>
        await OpenReadable(store, id, item, ct) is { } found && IsInReach(store, found) ? found : null;

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

    private static PatientState StateOf(Item item) =>
        Enum.GetValues<PatientState>().Single(s => Code(s) == item.Need(State));

    private static async Task<Patient> Open(
        TenantStore store, PatientId id, Item item, PatientState state, CancellationToken ct)
    {
        var record = await store.Open(item, Body, IdentityKey(id), PatientsJson.Default.PatientRecord, ct);
        var consents = await store.Open(item, Consents, IdentityKey(id), PatientsJson.Default.ConsentStateArray, ct);
        return new Patient(id, state, item.Version, item.Instant(At), item.Need(By), record!, consents ?? []);
    }

    public static async Task<PatientVersionView> OpenEarlier(TenantStore store, PatientId id, Item item, CancellationToken ct)
    {
        var record = await store.Open(item, Body, IdentityKey(id), PatientsJson.Default.PatientRecord, ct);
        return new PatientVersionView(item.Version, item.Instant(At), item.Need(By), PatientView.Shown(record!));
    }

    /// <summary>She exists here and may be read: for changes that do not write the head.</summary>
    public static Condition Readable =>
        Condition.Exists.And(Condition.IsNoneOf(State, Code(PatientState.Restricted), Code(PatientState.Erased)));

    private static string Code(PatientState state) => state switch
    {
        PatientState.Active => "active",
        PatientState.ConsentPending => "consent-pending",
        PatientState.Restricted => "restricted",
        PatientState.Erased => "erased",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
