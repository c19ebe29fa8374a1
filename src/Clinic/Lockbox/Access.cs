using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Http;

namespace Clinic.Lockbox;

/// <summary>
/// What may be asked for. A closed list: nothing clinical and nothing of money is in it, so neither can be granted.
/// </summary>
[JsonConverter(typeof(CodeConverter<AccessField>))]
public enum AccessField
{
    /// <summary>Name, birth, gender, identifiers masked but for their last four.</summary>
    Identity,

    /// <summary>Phone, e-mail, address, location, guardian.</summary>
    Contact,
    Consents,

    /// <summary>States, counts and reasons of imports.</summary>
    ImportReports,

    /// <summary>Who did what when: of the patients named, or, when none is, what concerns no patient.</summary>
    Trail,
}

[JsonConverter(typeof(CodeConverter<AccessReason>))]
public enum AccessReason
{
    /// <summary>Somebody of the clinic asked for help.</summary>
    ClinicAsked,
    Fault,
    Incident,
    LegalOrder,
}

[JsonConverter(typeof(CodeConverter<AccessState>))]
public enum AccessState
{
    /// <summary>Waits for an owner's answer.</summary>
    Asked,
    Granted,
    Refused,

    /// <summary>Nobody answered in time.</summary>
    Expired,

    /// <summary>An owner took it back.</summary>
    Revoked,

    /// <summary>Its time is over, or a freeze ended it.</summary>
    Ended,
}

/// <param name="Patients">Empty when nothing of a patient is asked for.</param>
public sealed record AccessScope(IReadOnlyList<AccessField> Fields, IReadOnlyList<PatientId> Patients, int Hours)
{
    public const int PatientsMax = 20;

    internal static int HoursMax => (int)Durations.AccessGranted.Length.TotalHours;

    /// <summary>Nothing that the other does not have.</summary>
    internal bool IsWithin(AccessScope other) =>
        !Fields.Except(other.Fields).Any() && !Patients.Except(other.Patients).Any() && Hours <= other.Hours;

    internal FieldRules Check(FieldRules rules) => rules
        .Need(Fields.Count > 0 && Fields.Distinct().Count() == Fields.Count, "fields", "at least one, each once")
        .Need(Patients.Count <= PatientsMax && Patients.Distinct().Count() == Patients.Count, "patients",
            $"at most {PatientsMax}, each once")
        .Need(!Fields.Any(IsOfPatient) || Patients.Count > 0, "patients", "whose identity, contact or consents")
        .Need(Hours >= 1 && Hours <= HoursMax, "hours", $"1 to {HoursMax}");

    internal static bool IsOfPatient(AccessField field) =>
        field is AccessField.Identity or AccessField.Contact or AccessField.Consents;
}

/// <summary>What an operator wrote, and the operator's name; sealed under the contacts key of whoever holds the row.</summary>
public sealed record AccessWords(string Text, string OperatorName);

/// <summary>A request as it was made; it does not change.</summary>
internal sealed record AccessRequest(
    AccessId Id, TenantId Clinic, MemberId Operator, AccessReason Reason, AccessScope Asked, DateTimeOffset At,
    AccessWords? Words);

/// <summary>
/// A request as the clinic has it: the only row that decides whether an operator may read. Bodies are not opened to decide.
/// </summary>
/// <param name="ReceivedAt">When it came to the clinic: the time to answer runs from here.</param>
/// <param name="Granted">As approved; null before.</param>
/// <param name="Freeze">The clinic's last freeze at the approval: a later one ends the grant.</param>
internal sealed record Access(
    AccessRequest Request, AccessState Stored, DateTimeOffset ReceivedAt, AccessScope? Granted, DateTimeOffset? Ends,
    MemberId? AnsweredBy, string? Freeze, long Version)
{
    public DateTimeOffset AnswerBefore => ReceivedAt + Durations.AccessAsked.Length;

    /// <summary>As it is now: time and freezes are heeded whether or not a clock has struck.</summary>
    public AccessState State(TenantState clinic, DateTimeOffset now) => Stored switch
    {
        AccessState.Asked when now >= AnswerBefore => AccessState.Expired,
        AccessState.Granted when now >= Ends || clinic.Status != TenantStatus.Active || clinic.Freeze != Freeze =>
            AccessState.Ended,
        _ => Stored,
    };
}

internal static class AccessRefusals
{
    public static readonly Refusal NotAsked = new(
        409, "clinic-not-asked", "This clinic is frozen, or was never confirmed: it cannot be asked now.");

    public static readonly Refusal Answered = new(409, "access-answered", "This request is not open any more.");
    public static readonly Refusal NotGranted = new(409, "access-not-granted", "There is no grant in force to take back.");
    public static readonly Refusal AlreadyReceived = new(409, "access-received", "This clinic has its copy of the request.");
    public static readonly Refusal NotInForce = new(403, "grant-not-in-force", "This grant is not in force.");
    public static readonly Refusal OutOfScope = new(403, "grant-scope", "The grant does not go so far.");
}
