using Clinic.Aadhaar;
using Clinic.Consent;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Xunit;

namespace Clinic.Tests.Aadhaar;

public sealed class AadhaarRules
{
    private const string Number = "999941057058";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly RecordAadhaarRequest Good =
        new("9999 4105 7058", AadhaarCheck.CardSeen, new AadhaarConsent(true, "aadhaar-2026-11-01", "hi"));

    private static readonly Patient Known = new(
        new(Guid.CreateVersion7()), PatientState.Active, 3, Now, "x",
        new PatientRecord(
            new PatientName("Asha"), new PatientBirth(new DateOnly(1990, 2, 14)), Gender.Female, null, null, null, null, null,
            null, []),
        [new ConsentState(ConsentPurpose.HealthData, true, Now)]);

    [Fact]
    [Trait("Promise", "ENC-6")]
    public void What_is_kept_is_the_last_four_a_reference_and_how_it_was_verified()
    {
        Assert.True(Decide(Good, Known).Holds(out var after, out _));
        Assert.Equal(new PatientAadhaar("XXXX XXXX 7058", "ref", AadhaarCheck.CardSeen, Now, "member"), after.Record.Aadhaar);
        Assert.Equal(4, after.Version);
        Assert.Contains(after.Consents, c => c is { Purpose: ConsentPurpose.Aadhaar, Given: true });
        Assert.Contains(after.Consents, c => c.Purpose == ConsentPurpose.HealthData);
        Assert.DoesNotContain("4105", after.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<RecordAadhaarRequest, string> Refused => new()
    {
        { Good with { Consent = Good.Consent with { Given = false } }, "aadhaar-consent" },
        { Good with { Consent = Good.Consent with { Given = false }, Number = "123456" }, "aadhaar-consent" },
        { Good with { Number = "999941057059" }, "invalid-fields" },
        { Good with { Number = "999914057058" }, "invalid-fields" },
        { Good with { Consent = Good.Consent with { NoticeVersion = "2026-11-01" } }, "invalid-fields" },
        { Good with { Consent = Good.Consent with { Language = "xx" } }, "invalid-fields" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    [Trait("Promise", "ENC-6")]
    public void Nothing_is_taken_without_consent_to_its_own_notice_or_with_a_wrong_digit(
        RecordAadhaarRequest request, string code)
    {
        Assert.False(Decide(request, Known).Holds(out _, out var why));
        Assert.Equal(code, why.Code);
        var said = why.Title + string.Join(' ', why.Errors.Select(e => e.Field + e.Rule));
        Assert.DoesNotContain(request.Number[^6..], said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_of_the_patient_is_looked_at()
    {
        Refuses("stale-version", Known with { Version = 2 });
        Refuses("aadhaar-consent-pending", Known with { State = PatientState.ConsentPending });
        var child = Known.Record with { Birth = new PatientBirth(new DateOnly(2015, 1, 1)) };
        Refuses("guardian-required", Known with { Record = child });

        static void Refuses(string code, Patient before)
        {
            Assert.False(Decide(Good, before).Holds(out _, out var why));
            Assert.Equal(code, why.Code);
        }
    }

    [Fact]
    public void An_amendment_keeps_what_is_kept_of_the_number()
    {
        Assert.True(Decide(Good, Known).Holds(out var before, out _));
        var form = new PatientForm(new PatientName("Usha"), Gender.Female, new DateOnly(1990, 2, 14));
        var places = new PatientPlaces(LocationScope.All, []);
        Assert.True(AmendPatient.Decide(form, before, 4, places, "member", Now).Holds(out var after, out _));
        Assert.Equal(before.Record.Aadhaar, after.Record.Aadhaar);
    }

    [Theory]
    [InlineData(VaultState.Open, AadhaarCheck.Told, true)]
    [InlineData(VaultState.Open, AadhaarCheck.CardSeen, true)]
    [InlineData(VaultState.Open, AadhaarCheck.OfflineEkyc, false)]
    [InlineData(VaultState.Open, AadhaarCheck.SecureQr, false)]
    [InlineData(VaultState.Closed, AadhaarCheck.CardSeen, false)]
    [InlineData(VaultState.Closing, AadhaarCheck.CardSeen, false)]
    [InlineData(VaultState.Emptying, AadhaarCheck.CardSeen, false)]
    [Trait("Promise", "ENC-6")]
    public void A_vault_takes_a_number_only_open_and_never_one_verified_offline(
        VaultState state, AadhaarCheck check, bool takes) =>
        Assert.Equal(takes, (AadhaarVault.Never with { State = state }).Takes(check));

    [Theory]
    [InlineData(VaultState.Closed, null, null)]
    [InlineData(VaultState.Open, 0, null)]
    [InlineData(VaultState.Closing, 0, null)]
    [InlineData(VaultState.Emptying, 60, "aadhaar-vault-emptying")]
    [InlineData(VaultState.Closed, 14, "aadhaar-vault-emptying")]
    [InlineData(VaultState.Closed, 15, null)]
    public void A_vault_is_opened_again_only_when_nothing_of_the_earlier_one_is_about(
        VaultState state, int? minutes, string? code)
    {
        var before = new AadhaarVault(state, 1, minutes is { } ago ? Now.AddMinutes(-ago) : null, "x", null);
        var request = new OpenAadhaarVaultRequest("authorisation 4711", "needed for claims");
        Assert.Equal(code is null, OpenAadhaarVault.Decide(request, before, "member", Now).Holds(out _, out var why));
        Assert.Equal(code, why?.Code);
    }

    [Theory]
    [InlineData("short", "needed for claims", "legalBasis")]
    [InlineData("authorisation 4711", "", "reason")]
    public void A_vault_needs_its_grounds(string basis, string reason, string field)
    {
        var request = new OpenAadhaarVaultRequest(basis, reason);
        Assert.False(OpenAadhaarVault.Decide(request, AadhaarVault.Never, "member", Now).Holds(out _, out var why));
        Assert.Equal(field, Assert.Single(why.Errors).Field);
    }

    private static Outcome<Patient> Decide(RecordAadhaarRequest request, Patient before) =>
        RecordAadhaar.Decide(request, before, 3, "ref", "member", Now);
}
