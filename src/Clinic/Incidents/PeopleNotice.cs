using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Incidents;

/// <summary>Whom an order to tell people concerns.</summary>
[JsonConverter(typeof(CodeConverter<NoticeAudience>))]
public enum NoticeAudience
{
    /// <summary>Whoever was on the clinic's roster when the incident was noticed.</summary>
    AllPatients,
}

/// <summary>Who ordered it.</summary>
[JsonConverter(typeof(CodeConverter<NoticeOrderer>))]
public enum NoticeOrderer
{
    Owner,
    Platform,
}

/// <summary>
/// What the people concerned are told in plain words, beside what the incident itself says (DPDP Rules 2025 r.7(1)). Sealed
/// under the contacts key of whoever holds the row.
/// </summary>
/// <param name="Consequences">What is likely to follow for her.</param>
/// <param name="Measures">What was done and is being done.</param>
/// <param name="Advice">What she can do herself.</param>
/// <param name="Contact">Whom she may ask, and how.</param>
public sealed record NoticeWords(string Consequences, string Measures, string Advice, string Contact)
{
    public const int LengthMax = 1500;
    public const int ContactLengthMax = 300;

    /// <summary>Null when the words may go out.</summary>
    internal Refusal? Check() => new FieldRules()
        .Prose(Consequences, "words.consequences", LengthMax)
        .Prose(Measures, "words.measures", LengthMax)
        .Prose(Advice, "words.advice", LengthMax)
        .Prose(Contact, "words.contact", ContactLengthMax)
        .Refusal;

    internal NoticeWords Trimmed() => new(Consequences.Trim(), Measures.Trim(), Advice.Trim(), Contact.Trim());
}

/// <summary>What an operator ordered for a clinic, as it stands in the platform's records until a worker brings it.</summary>
internal sealed record NoticeOrder(NoticeOrderer By, DateTimeOffset At, NoticeWords Words);

/// <summary>Where the walk over the roster of one clinic stands: a page is one transaction with its messages.</summary>
/// <param name="Part">Which part of the roster it is at.</param>
/// <param name="From">The last patient of that part who was looked at; null at its beginning.</param>
/// <param name="Total">Patients for whom a message is under way or done.</param>
/// <param name="Skipped">Patients who were registered after the incident was noticed.</param>
internal sealed record PeopleWalk(int Part, string? From, long Total, long Skipped, DateTimeOffset? EndedAt, long Version)
{
    public static readonly PeopleWalk AtItsBeginning = new(0, null, 0, 0, null, 1);

    /// <summary>Pure. After a page; one without a next ends its part, and the last part ends the walk.</summary>
    public PeopleWalk Step(int told, int skipped, string? next, DateTimeOffset now)
    {
        var part = next is null ? Part + 1 : Part;
        return new(
            part, next, Total + told, Skipped + skipped, part == Keys.PatientRosters ? now : null, Version + 1);
    }
}

internal static class PeopleNoticeItem
{
    private const string Body = "b";
    private const string By = "by";
    private const string Ordered = "ordered";
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Contacts);

    /// <summary>In the platform's records: ordered, once for an incident and a clinic.</summary>
    public static Item AtPlatform(IncidentId incident, TenantId clinic, NoticeOrder order) =>
        Write(new Item(Keys.IncidentClinicPeople(incident, clinic)), order);

    /// <summary>In the clinic's: the same with the walk, at its beginning.</summary>
    public static Item AtClinic(IncidentId incident, NoticeOrder order, DateTimeOffset now) =>
        Walk(Write(new Item(Keys.IncidentPeople(incident)), order).Set("at", now), PeopleWalk.AtItsBeginning);

    /// <summary>The next step of the walk, as attributes to set; a part that is over leaves no place to go on from.</summary>
    public static (Item Set, IReadOnlyList<string> Remove) Step(IncidentId incident, PeopleWalk walk) =>
        (Walk(new Item(Keys.IncidentPeople(incident)), walk), walk.From is null ? ["from"] : []);

    public static PeopleWalk ReadWalk(Item row) => new(
        (int)row.Number("part"), row.Text("from"), row.Number("total"), row.Number("skipped"),
        row.Has("ended") ? row.Instant("ended") : null, row.Version);

    public static NoticeOrderer OrderedBy(Item row) => Enum.Parse<NoticeOrderer>(row.Need(By));

    public static DateTimeOffset OrderedAt(Item row) => row.Instant(Ordered);

    /// <summary>When the clinic's row came to be, and its walk could begin.</summary>
    public static DateTimeOffset StartedAt(Item row) => row.Instant("at");

    public static async Task<NoticeWords> Words(TenantStore store, Item row, CancellationToken ct) =>
        await store.Open(row, Body, Key, IncidentsJson.Default.NoticeWords, ct)
            ?? throw new InvalidOperationException("A notice has no words.");

    private static Item Write(Item row, NoticeOrder order) => row
        .Set(By, order.By.ToString())
        .Set(Ordered, order.At)
        .Seal(Body, order.Words, IncidentsJson.Default.NoticeWords, Key);

    private static Item Walk(Item row, PeopleWalk walk)
    {
        row.Set("part", walk.Part).Set("total", walk.Total).Set("skipped", walk.Skipped).SetVersion(walk.Version);
        row = walk.From is { } from ? row.Set("from", from) : row;
        return walk.EndedAt is { } ended ? row.Set("ended", ended) : row;
    }
}

internal static class NoticeRefusals
{
    public static readonly Refusal AlreadyOrdered =
        new(409, "notices-ordered", "The people concerned are being told of this incident, or were.");
}
