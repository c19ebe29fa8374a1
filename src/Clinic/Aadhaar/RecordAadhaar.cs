using System.Security.Cryptography;
using Clinic.Consent;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Text;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Aadhaar;

/// <param name="Check">How the number was verified.</param>
/// <param name="Consent">
/// Hers, to this alone: nothing that the clinic does for her depends on it (Aadhaar Act s.4(3), (6)).
/// </param>
public sealed record RecordAadhaarRequest(string Number, AadhaarCheck Check, AadhaarConsent Consent);

/// <param name="NoticeVersion">Of the notice about Aadhaar numbers.</param>
public sealed record AadhaarConsent(bool Given, string NoticeVersion, string Language);

/// <param name="InVault">Whether the clinic keeps the number whole.</param>
public sealed record RecordAadhaarResponse(PatientId Id, long Version, string Masked, string Reference, bool InVault);

/// <summary>
/// Takes an Aadhaar number that she gives of her own will (ENC-6): checks it, keeps the last four, a reference drawn at random
/// and how it was verified. The number itself goes nowhere but into an open vault. A PUT: a POST under an Idempotency-Key leaves
/// a keyed hash of its body, and that would be one of the number.
/// </summary>
public static class RecordAadhaar
{
    private const int ReferenceDigits = 32;

    internal static async Task<Results<Ok<RecordAadhaarResponse>, ProblemHttpResult>> Handle(
        PatientId patient, RecordAadhaarRequest request, HttpContext http, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        if (!ETags.Required(http).Holds(out var version, out var why))
        {
            return Problems.From(why);
        }

        var vault = AadhaarVault.Never;
        var entry = new AuditEntry(caller, AuditAction.PatientRead, AuditOutcome.Requested) { Patient = patient,
            Note = "to record Aadhaar" };
        var disclosed = await store.Disclose(
            entry,
            async token =>
            {
                var (head, decided) = (PatientItem.Read(store, patient, token), AadhaarVaultItem.Read(store, token));
                await Task.WhenAll(head, decided);
                vault = await decided;
                return await head;
            },
            ct);
        if (!disclosed.Holds(out var before, out why))
        {
            return Problems.From(why);
        }

        var reference = RandomNumberGenerator.GetHexString(ReferenceDigits, lowercase: true);
        if (!Decide(request, before, version, reference, caller.Actor, clock.GetUtcNow()).Holds(out var after, out why))
        {
            return Problems.From(why);
        }

        var keeps = vault.Takes(request.Check);
        var change = AadhaarChange.Of(
            Change.By(caller, AuditAction.AadhaarRecorded, patient), caller, before, after, Statement(request));
        if (keeps)
        {
            change.Require(Keys.AadhaarVault, AadhaarVaultItem.IsOpen, Problems.Conflict)
                .Insert(AadhaarVaultItem.Held(patient, reference, AadhaarText.Number(request.Number)!));
        }

        var commit = await store.Commit(change.Noting(keeps ? "in the vault" : "last four only"), ct);
        if (!commit.Holds(out why))
        {
            return Problems.From(why);
        }

        ETags.Write(http, after.Version);
        return TypedResults.Ok(new RecordAadhaarResponse(
            patient, after.Version, after.Record.Aadhaar!.Masked, after.Record.Aadhaar.Reference, keeps));
    }

    /// <summary>Pure: every rule of taking a number. No refusal repeats it; without consent it is not even looked at.</summary>
    internal static Outcome<Patient> Decide(
        RecordAadhaarRequest request, Patient before, long version, string reference, string actor, DateTimeOffset now)
    {
        if (!request.Consent.Given)
        {
            return AadhaarRefusals.ConsentFirst;
        }

        var notice = Notices.Find(request.Consent.NoticeVersion, request.Consent.Language);
        var rules = new FieldRules().Need(AadhaarText.Number(request.Number) is not null, "number", AadhaarText.Rule)
            .Need(notice?.Subject == NoticeSubject.Aadhaar, "consent.noticeVersion",
                "the published notice about Aadhaar in that language (GET /v1/notices)");
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        var needsGuardian = before.Record.Birth.YearsOn(DateOnly.FromDateTime(now.UtcDateTime)) < PatientForm.AdultYears
            && before.Record.Guardian is null;
        var why = before.Version != version ? Problems.Stale
            : before.State != PatientState.Active ? AadhaarRefusals.PatientPending
            : needsGuardian ? PatientRefusals.GuardianRequired
            : null;
        var kept = new PatientAadhaar(AadhaarText.Masked(request.Number), reference, request.Check, now, actor);
        return why is not null ? why : AadhaarChange.After(before, kept, Statement(request), actor, now);
    }

    private static ConsentStatement Statement(RecordAadhaarRequest request) =>
        new(ConsentPurpose.Aadhaar, true, request.Consent.NoticeVersion, request.Consent.Language);
}
