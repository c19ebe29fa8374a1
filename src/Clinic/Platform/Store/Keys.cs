using System.Globalization;
using System.Security.Cryptography;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;

namespace Clinic.Platform.Store;

/// <summary>
/// The only place that spells keys (docs/data-model.md); those of what comes in and goes out are in a file beside it. '#'
/// separates; ids are hex, so no id can hold it.
/// </summary>
internal static partial class Keys
{
    public const string Head = "HEAD";

    /// <summary>Partition key of a tenant's area: the policies' leading keys are exactly this prefix.</summary>
    public static string Partition(TenantId tenant, string area) => $"T#{tenant.Value}#{area}";

    public static Key State => new("STATE", "STATE");

    public static Key ClinicProfile => new("CLINIC", "PROFILE");

    /// <summary>Found by the hash of the secret, so that a reader of the table cannot sign in with what it reads.</summary>
    public static Key Session(string secretHash) => new($"SES#{secretHash}", "SES");

    public static Key Member(MemberId member) => new($"MEM#{Hex(member.Value)}", "MEM");

    public static Key MemberSession(MemberId member, SessionId session) =>
        new($"MEM#{Hex(member.Value)}", $"SES#{Hex(session.Value)}");

    public const string MemberSessionPrefix = "SES#";

    public static Key Roster(MemberId member) => new(RosterArea, Hex(member.Value));

    public const string RosterArea = "ROSTER";

    public static Key Confirmation(string secretHash) => new($"TOK#{secretHash}", "TOK");

    /// <summary>The places where the clinic sees patients.</summary>
    public static Key Location(LocationId location) => new(LocationArea, Hex(location.Value));

    public const string LocationArea = "LOCS";

    /// <summary>An open invitation, under the id of the member that its acceptance makes.</summary>
    public static Key Invitation(MemberId member) => new(InvitationArea, Hex(member.Value));

    public const string InvitationArea = "INVS";

    public static Key InvitationToken(string secretHash) => new($"TOK#{secretHash}", "INV");

    public static Key Patient(PatientId patient) => new($"PAT#{Hex(patient.Value)}", Head);

    /// <summary>
    /// All patients of a clinic, for rounds over them. In a few partitions, so that a busy desk does not make one hot.
    /// </summary>
    public static Key PatientOnRoster(PatientId patient) =>
        new(PatientRoster(RosterPart(patient)), Hex(patient.Value));

    public const int PatientRosters = 8;

    private static int RosterPart(PatientId patient) => patient.Value.ToByteArray()[15] % PatientRosters;

    public static string PatientRoster(int part) => $"PATS#{Number(part, 1)}";

    /// <summary>A round over all patients: where it stands.</summary>
    public static Key Round(string name) => new("ROUND", name);

    public static Key PatientVersion(PatientId patient, long version) =>
        new($"PAT#{Hex(patient.Value)}", VersionPrefix + Number(version));

    public const string VersionPrefix = "VER#";

    public static Key PatientConsent(PatientId patient, Guid consent) =>
        new($"PAT#{Hex(patient.Value)}", ConsentPrefix + Hex(consent));

    public const string ConsentPrefix = "CON#";

    /// <summary>Something in a patient's record, under its kind: a kind is read in the order in which things happened.</summary>
    public static Key Chart(PatientId patient, string kind, EntryId id) =>
        new($"PAT#{Hex(patient.Value)}", ChartPrefix(kind) + Hex(id.Value));

    public static string ChartPrefix(string kind) => $"{ChartRows}{kind}#";

    public const string ChartRows = "CHT#";

    public static Key ChartVersion(PatientId patient, string kind, EntryId id, long version) =>
        new($"PAT#{Hex(patient.Value)}", $"{ChartVersionPrefix(kind, id)}{Number(version)}");

    public static string ChartVersionPrefix(string kind, EntryId id) => $"CHV#{kind}#{Hex(id.Value)}#";

    public static Key NoteAddendum(PatientId patient, EntryId note, EntryId addendum) =>
        new($"PAT#{Hex(patient.Value)}", NoteAddendumPrefix(note) + Hex(addendum.Value));

    public static string NoteAddendumPrefix(EntryId note) => $"{NoteAddenda}{Hex(note.Value)}#";

    public const string NoteAddenda = "CHA#";

    /// <summary>How all entries of a kind stand together, where one of them bears on another.</summary>
    public static Key ChartStanding(PatientId patient, string kind) => new($"PAT#{Hex(patient.Value)}", $"CHS#{kind}");

    /// <summary>The same thing among all kinds.</summary>
    public static Key Timeline(PatientId patient, EntryId id) => new($"PAT#{Hex(patient.Value)}", TimelinePrefix + Hex(id.Value));

    public const string TimelinePrefix = "TML#";

    /// <summary>One search token of one patient; the epoch is in the partition, so an old epoch can be dropped whole.</summary>
    public static Key SearchItem(SearchToken token, PatientId patient) => new(SearchArea(token), Hex(patient.Value));

    public static string SearchArea(SearchToken token) => $"IDX#{token.Epoch}#{token.Kind}#{token.Value}";

    /// <summary>Whether the clinic keeps whole Aadhaar numbers.</summary>
    public static Key AadhaarVault { get; } = new("CLINIC", "VAULT");

    /// <summary>A number in the vault: by its reference alone, so that the row does not say whose it is.</summary>
    public static Key AadhaarNumber(string reference) => new(AadhaarNumbers, reference);

    public const string AadhaarNumbers = "VLT";

    public static Key Outbox(Guid message) => new($"OUT#{Hex(message)}", "OUT");

    public static Key Inbox(string queue, string message) => new($"INB#{queue}#{message}", "INB");

    public static Key Idempotency(string hash) => new($"IDEM#{hash}", "IDEM");

    /// <summary>
    /// A clock of one kind on one subject; kind and subject are in the key because the due index holds keys only.
    /// </summary>
    public static Key Clock(string kind, string subject) => new($"CLK#{kind}", subject);

    /// <summary>Work of a frozen clinic that was put aside, by its place.</summary>
    public static Key Held(string place) => new(HeldArea, place);

    public const string HeldArea = "HELD";

    /// <summary>A request for access: in the platform's own records, and as the clinic's copy, which alone decides.</summary>
    public static Key Access(AccessId access) => new($"ACC#{Hex(access.Value)}", "ACC");

    /// <summary>The clinic's list of requests, by time: ids sort as they were drawn.</summary>
    public static Key AccessEntry(AccessId access) => new(AccessEntries, Hex(access.Value));

    public const string AccessEntries = "ACCS";

    /// <summary>In the platform's records: the last freeze of a clinic that an operator had a hand in.</summary>
    public static Key Freeze(TenantId clinic) => new($"FRZ#{clinic.Value}", "FRZ");

    public static Key Delivery(string delivery) => new($"DLV#{delivery}", "DLV");

    /// <summary>An incident: in the platform's own records, and as each affected clinic's copy.</summary>
    public static Key Incident(IncidentId incident) => new($"INC#{Hex(incident.Value)}", "INC");

    /// <summary>In the platform's records: what became of telling a clinic, whose id is a subject here and no scope.</summary>
    public static Key IncidentClinic(IncidentId incident, TenantId clinic) =>
        new(Incident(incident).Area, IncidentClinicPrefix + clinic.Value);

    public const string IncidentClinicPrefix = "CLN#";

    /// <summary>In a clinic's records: what became of telling one owner.</summary>
    public static Key IncidentOwner(IncidentId incident, MemberId owner) =>
        new(Incident(incident).Area, IncidentOwnerPrefix + Hex(owner.Value));

    public const string IncidentOwnerPrefix = "OWN#";

    /// <summary>In the platform's records: an operator's order to tell the people of a clinic.</summary>
    public static Key IncidentClinicPeople(IncidentId incident, TenantId clinic) =>
        new(Incident(incident).Area, "PPL#" + clinic.Value);

    /// <summary>In a clinic's records: the order to tell its people, and where the walk over the roster stands.</summary>
    public static Key IncidentPeople(IncidentId incident) => new(Incident(incident).Area, "PPL");

    /// <summary>In a clinic's records: what became of telling one patient. In parts as the roster is.</summary>
    /// <param name="settled">How it ended, and when.</param>
    public static Key IncidentPerson(IncidentId incident, PatientId patient, string settled) => new(
        IncidentPersons(incident, RosterPart(patient)), $"{settled}#{Hex(patient.Value)}");

    public static string IncidentPersons(IncidentId incident, int part) => $"INP#{Hex(incident.Value)}#{Number(part, 1)}";

    /// <summary>The list of incidents, by time: ids sort as they were drawn.</summary>
    public static Key IncidentEntry(IncidentId incident) => new(IncidentEntries, Hex(incident.Value));

    public const string IncidentEntries = "INCS";

    public static string DueShard(int shard) => $"DUE#{Number(shard, 2)}";

    /// <summary>Keys table: the tenant's own keys by purpose and version.</summary>
    public static Key TenantKey(string purpose, int version) => new(TenantKeyArea, $"{purpose}#{Number(version, 3)}");

    public const string TenantKeyArea = "KEY";

    /// <summary>
    /// Keys table: a patient's keys by class and version, each of which can be destroyed alone, and by the version of the
    /// clinic's key that wraps it: a row is written once, so wrapping anew is another row.
    /// </summary>
    public static Key PatientKey(KeyRef key, int version, int wrap) =>
        new(PatientKeyArea(key.Patient!.Value), $"{key.ClassName}#{Number(version, 3)}#{Number(wrap, 3)}");

    public static string PatientKeyArea(PatientId patient) => $"KEY#PAT#{Hex(patient.Value)}";

    /// <summary>Audit table: an hour and a shard, then the instant and 128 random bits: nobody can aim an overwrite.</summary>
    public static Key Audit(DateTimeOffset at, int shard) =>
        new(AuditArea(at, shard), $"{AuditSort(at)}#{RandomNumberGenerator.GetHexString(32, lowercase: true)}");

    /// <summary>Sorts before all entries of that instant.</summary>
    public static string AuditSort(DateTimeOffset at) => at.UtcDateTime.ToString(AuditInstant, CultureInfo.InvariantCulture);

    /// <summary>
    /// The hour in which the entries stand that sort before the given key: at a full hour it is the one that ends there.
    /// </summary>
    public static DateTimeOffset AuditHour(string beforeSort)
    {
        var at = AuditInstantOf(beforeSort);
        var last = beforeSort.Length > AuditInstant.Length ? at : at.AddTicks(-1);
        return new DateTimeOffset(last.Year, last.Month, last.Day, last.Hour, 0, 0, TimeSpan.Zero);
    }

    /// <summary>The instant that <see cref="AuditSort"/> wrote, at the beginning of a sort key.</summary>
    public static DateTimeOffset AuditInstantOf(string sort) => DateTimeOffset.ParseExact(
        sort.AsSpan(0, AuditInstant.Length), AuditInstant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private const string AuditInstant = "yyyyMMddHHmmssfffffff";

    public static string AuditArea(DateTimeOffset at, int shard) =>
        $"AUD#{at.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture)}#{Number(shard, 1)}";

    /// <summary>Tenant and key of a row that an index named.</summary>
    public static (TenantId Tenant, Key Key) Split(string pk, string sk) =>
        pk.Length > 3 + TenantId.Length && pk.StartsWith("T#", StringComparison.Ordinal) && pk[2 + TenantId.Length] == '#'
            && TenantId.TryParse(pk[2..(2 + TenantId.Length)], out var tenant)
            ? (tenant, new Key(pk[(3 + TenantId.Length)..], sk))
            : throw new InvalidOperationException("Not a key of a tenant.");

    public static string Hex(Guid id) => id.ToString("N");

    public static string Number(long number, int digits = 6) => number.ToString("D" + digits, CultureInfo.InvariantCulture);
}
