using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Text;
using Clinic.Tenancy;

namespace Clinic.Patients;

/// <summary>What a desk fills in, for a registration and for an amendment.</summary>
/// <param name="BirthDate">This or <paramref name="AgeYears"/>, not both.</param>
/// <param name="Phone">An Indian mobile number, or + and country code.</param>
/// <param name="Location">
/// Which of the clinic's open locations she belongs to. Left out: the only one there is to choose from; in an amendment, as
/// before.
/// </param>
/// <param name="Guardian">Needed under 18.</param>
/// <param name="AbhaNumber">Of her health account, 14 digits with or without hyphens. She is treated without one too.</param>
/// <param name="AbhaAddress">Of her health account: name@abdm.</param>
/// <param name="Deceased">She has died. Left out she has not: an error is amended by leaving it out.</param>
public sealed record PatientForm(
    PatientName Name,
    Gender Gender,
    DateOnly? BirthDate = null,
    int? AgeYears = null,
    string? BloodGroup = null,
    string? Phone = null,
    string? Email = null,
    PostalAddress? Address = null,
    LocationId? Location = null,
    Guardian? Guardian = null,
    string? AbhaNumber = null,
    string? AbhaAddress = null,
    Deceased? Deceased = null)
{
    /// <summary>Older than anybody has become.</summary>
    public const int AgeYearsMax = 125;
    public const int AdultYears = 18;

    internal static readonly IReadOnlyList<string> BloodGroups = ["A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"];

    /// <summary>The record, in stored form; or every broken rule.</summary>
    internal Outcome<PatientRecord> ToRecord(
        DateOnly today, string prefix, IReadOnlyList<PatientIdentifier> identifiers, Placement placement)
    {
        if (Check(today, prefix).Need(placement.Allowed, prefix + ".location", Placement.Rule).Refusal is { } refusal)
        {
            return refusal;
        }

        var birth = BirthDate is { } date ? new PatientBirth(date) : new PatientBirth(null, AgeYears, today);
        if (birth.YearsOn(today) < AdultYears && Guardian is null)
        {
            return PatientRefusals.GuardianRequired with { Errors = [new FieldError(prefix + ".guardian", "needed under 18")] };
        }

        var guardian = Guardian is null ? null : Guardian with { Phone = ContactText.Phone(Guardian.Phone)! };
        return new PatientRecord(
            new PatientName(Name.Given.Trim(), Name.Family?.Trim()), birth, Gender, BloodGroup, ContactText.Phone(Phone),
            ContactText.Email(Email),
            Address, placement.Location, guardian, identifiers, AbhaText.Number(AbhaNumber), AbhaText.Address(AbhaAddress),
            Deceased: Deceased);
    }

    private bool IsBeforeBirth(DateOnly died, DateOnly today) => BirthDate is { } born
        ? died < born
        : AgeYears is { } age && new PatientBirth(null, age, today).YearsOn(died) < 0;

    private FieldRules Check(DateOnly today, string prefix)
    {
        var rules = new FieldRules()
            .Text(Name.Given, prefix + ".name.given", 120)
            .Need(ContactText.NameWords(Name.Given).Count > 0, prefix + ".name.given", "at least one letter")
            .OptionalText(Name.Family, prefix + ".name.family", 120)
            .Need((BirthDate is null) != (AgeYears is null), prefix + ".birthDate", "either birthDate or ageYears")
            .Need(BirthDate is null || (BirthDate <= today && BirthDate >= today.AddYears(-AgeYearsMax)), prefix + ".birthDate",
                $"not in the future and not more than {AgeYearsMax} years ago")
            .Need(AgeYears is null or (>= 0 and <= AgeYearsMax), prefix + ".ageYears", $"0 to {AgeYearsMax}")
            .Need(BloodGroup is null || BloodGroups.Contains(BloodGroup), prefix + ".bloodGroup",
                "one of " + string.Join(' ', BloodGroups))
            .Need(Deceased?.On is not { } died || (died <= today && !IsBeforeBirth(died, today)), prefix + ".deceased.on",
                "not in the future and not before she was born")
            .Need(AbhaNumber is null || AbhaText.Number(AbhaNumber) is not null, prefix + ".abhaNumber", AbhaText.NumberRule)
            .Need(AbhaAddress is null || AbhaText.Address(AbhaAddress) is not null, prefix + ".abhaAddress",
                AbhaText.AddressRule);
        rules = Phone is null ? rules : rules.Phone(Phone, prefix + ".phone");
        rules = Email is null ? rules : rules.Email(Email, prefix + ".email");
        rules = Address is null ? rules : rules.Address(Address, prefix + ".address");
        return Guardian is null
            ? rules
            : rules.Text(Guardian.Name, prefix + ".guardian.name", 120)
                .Text(Guardian.Relationship, prefix + ".guardian.relationship", 40)
                .Phone(Guardian.Phone, prefix + ".guardian.phone");
    }
}
