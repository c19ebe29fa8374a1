using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Clinic.Consent;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
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

/// <summary>She has died.</summary>
/// <param name="On">Null when the day is not known.</param>
public sealed record Deceased(DateOnly? On = null)
{
    /// <summary>India has one zone and no summer time.</summary>
    private static readonly TimeSpan India = new(5, 30, 0);

    /// <summary>Whether something at this instant comes after it; where the day is not known everything does.</summary>
    internal bool Precedes(DateTimeOffset at) =>
        On is not { } day || DateOnly.FromDateTime(at.ToOffset(India).DateTime) > day;
}

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
    PatientAadhaar? Aadhaar = null,
    Deceased? Deceased = null);

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

    /// <summary>She was registered twice: what this record holds is read through the other one, until that is undone.</summary>
    Merged,
}

/// <summary>Through which record a merged one is read, and what it was before.</summary>
internal sealed record Merging(PatientId Into, PatientState Was);

/// <summary>A patient with what her head row says about her.</summary>
internal sealed record Patient(
    PatientId Id, PatientState State, long Version, DateTimeOffset VersionAt, string VersionBy, PatientRecord Record,
    IReadOnlyList<ConsentState> Consents)
{
    /// <summary>Each is a further row that every list of the record reads.</summary>
    public const int AbsorbedMax = 5;

    /// <summary>Of a merged one.</summary>
    public Merging? Merging { get; init; }

    /// <summary>A document of hers, see Documents.</summary>
    public EntryId? Photo { get; init; }

    /// <summary>Records of hers that were merged into this one.</summary>
    public IReadOnlyList<PatientId> Absorbed { get; init; } = [];
}

internal static class PatientRefusals
{
    public static readonly Refusal Duplicate =
        new(409, "likely-duplicate",
            "Somebody very like this is registered: use that record, or name it in acknowledgedDuplicates.");
    public static readonly Refusal GuardianRequired = new(422, "guardian-required",
        "Under 18 only a guardian consents: name the guardian.");

    /// <summary>Who, when, and which version there is now. Nothing of what it says.</summary>
    public static Refusal Stale(Patient now) => Problems.Stale with { More = Changed(now) };

    /// <summary>The same of whom another is to be merged into.</summary>
    public static Refusal StaleInto(Patient now) =>
        Problems.Stale with { More = Changed(now), Errors = [new FieldError("intoVersion", "the version that you read")] };

    /// <summary>For whoever may see the merged one. Its version is what an undo names in If-Match.</summary>
    public static Refusal MergedAway(Patient merged)
    {
        var more = Changed(merged);
        more["into"] = merged.Merging!.Into.ToString();
        return new Refusal(409, "patient-merged", "This record was merged into another of hers: use that one.") { More = more };
    }

    private static JsonObject Changed(Patient now) => new()
    {
        ["version"] = now.Version,
        ["changedAt"] = now.VersionAt,
        ["changedBy"] = now.VersionBy,
    };
}
