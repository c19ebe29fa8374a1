using System.Text.Json.Serialization;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Store;

namespace Clinic.Consent;

/// <summary>What a consent is for. One purpose per statement: a joined consent cannot be expressed (CON-2).</summary>
[JsonConverter(typeof(CodeConverter<ConsentPurpose>))]
public enum ConsentPurpose
{
    PersonalData,
    HealthData,
    CommunicationSms,
    CommunicationWhatsapp,
    CommunicationEmail,
    CommunicationPush,

    /// <summary>Giving an Aadhaar number: recorded with the number alone, for nothing may depend on it.</summary>
    Aadhaar,
}

/// <summary>
/// One clear act about one purpose (DPDP Act s.6(1)), with the notice that was shown. Absence means not given.
/// </summary>
public sealed record ConsentStatement(ConsentPurpose Purpose, bool Given, string NoticeVersion, string Language);

/// <summary>Where a purpose stands now; part of the patient's head.</summary>
public sealed record ConsentState(ConsentPurpose Purpose, bool Given, DateTimeOffset At);

/// <summary>
/// The artefact that proves a statement: the fiduciary bears the burden of proof (DPDP Act s.6(10)). Never changed; a later
/// statement is a later artefact.
/// </summary>
/// <param name="NoticeHash">SHA-256 of the notice text that was shown.</param>
/// <param name="Channel">Where it was given.</param>
/// <param name="RecordedBy">Member who recorded it.</param>
/// <param name="ByGuardian">Given by the guardian, because she is under 18.</param>
public sealed record ConsentArtefact(
    Guid Id, ConsentPurpose Purpose, bool Given, string NoticeVersion, string Language, string NoticeHash, string Channel,
    string RecordedBy,
    bool ByGuardian, DateTimeOffset At);

internal static class ConsentItem
{
    private const string Body = "b";
    private const string Desk = "clinic-desk";

    public static Change Record(
        Change change, PatientId patient, IReadOnlyList<ConsentStatement> statements, Caller caller, bool byGuardian,
        DateTimeOffset now)
    {
        foreach (var statement in statements)
        {
            var artefact = new ConsentArtefact(
                Guid.CreateVersion7(now), statement.Purpose, statement.Given, statement.NoticeVersion, statement.Language,
                Notices.Find(statement.NoticeVersion, statement.Language)!.TextHash, Desk, caller.Actor, byGuardian, now);
            change.Insert(new Item(Keys.PatientConsent(patient, artefact.Id))
                .Seal(Body, artefact, ConsentJson.Default.ConsentArtefact, KeyRef.Of(patient, KeyClass.Identity)));
        }

        return change;
    }

    public static async Task<ConsentArtefact> Open(TenantStore store, PatientId patient, Item item, CancellationToken ct) =>
        (await store.Open(item, Body, KeyRef.Of(patient, KeyClass.Identity), ConsentJson.Default.ConsentArtefact, ct))!;
}
