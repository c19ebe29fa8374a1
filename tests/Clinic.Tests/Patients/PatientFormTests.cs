using Clinic.Patients;
using Clinic.Platform.Http;
using Clinic.Tenancy;
using Xunit;

namespace Clinic.Tests.Patients;

public sealed class PatientFormTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);
    private static readonly PatientForm Good = new(new PatientName("Asha", "Menon"), Gender.Female, new DateOnly(1990, 2, 14));

    [Fact]
    public void A_good_form_becomes_a_record_in_stored_form()
    {
        var form = Good with { Phone = "098123 00077", Email = " Asha@Mail.Example ", BloodGroup = "AB-" };
        Assert.True(form.ToRecord(Today, "patient", [], Placement.Nowhere).Holds(out var record, out _));
        Assert.Equal("+919812300077", record.Phone);
        Assert.Equal("asha@mail.example", record.Email);
        Assert.True((form with { AbhaNumber = "91123456789012", AbhaAddress = "Asha.M@abdm" })
            .ToRecord(Today, "patient", [], Placement.Nowhere)
            .Holds(out record, out _));
        Assert.Equal(("91-1234-5678-9012", "asha.m@abdm"), (record.AbhaNumber, record.AbhaAddress));
    }

    public static TheoryData<PatientForm, string> Broken => new()
    {
        { Good with { Name = new PatientName(" ") }, "patient.name.given" },
        { Good with { Name = new PatientName("1234") }, "patient.name.given" },
        { Good with { Name = new PatientName(new string('a', 121)) }, "patient.name.given" },
        { Good with { Name = new PatientName("Asha", "Me\u0007non") }, "patient.name.family" },
        { Good with { BirthDate = null }, "patient.birthDate" },
        { Good with { AgeYears = 36 }, "patient.birthDate" },
        { Good with { BirthDate = Today.AddDays(1) }, "patient.birthDate" },
        { Good with { BirthDate = Today.AddYears(-126) }, "patient.birthDate" },
        { Good with { BirthDate = null, AgeYears = 126 }, "patient.ageYears" },
        { Good with { BirthDate = null, AgeYears = -1 }, "patient.ageYears" },
        { Good with { BloodGroup = "C+" }, "patient.bloodGroup" },
        { Good with { Phone = "12345" }, "patient.phone" },
        { Good with { Address = new PostalAddress("14 Laxmi Road", "Pune", "Goa", "   ") }, "patient.address.postalCode" },
        { Good with { Address = new PostalAddress("14 Laxmi Road", "Pune", "Goa", "411 ") }, "patient.address.postalCode" },
        { Good with { Email = "asha" }, "patient.email" },
        { Good with { AbhaNumber = "91-1234-5678-901" }, "patient.abhaNumber" },
        { Good with { AbhaAddress = "asha@mail.example" }, "patient.abhaAddress" },
        { Good with { Deceased = new Deceased(Today.AddDays(1)) }, "patient.deceased.on" },
        { Good with { Deceased = new Deceased(new DateOnly(1990, 2, 13)) }, "patient.deceased.on" },
        {
            Good with { BirthDate = null, AgeYears = 20, Deceased = new Deceased(new DateOnly(2005, 1, 1)) },
            "patient.deceased.on"
        },
    };

    [Theory]
    [InlineData(null)]
    [InlineData("1990-02-14")]
    [InlineData("2026-11-22")]
    public void A_death_may_have_a_day_from_birth_to_today_or_none(string? day)
    {
        var died = new Deceased(day is null ? null : DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture));
        var form = Good with { Deceased = died };
        Assert.True(form.ToRecord(Today, "patient", [], Placement.Nowhere).Holds(out var record, out _));
        Assert.Equal(died, record.Deceased);
    }

    [Theory]
    [InlineData("2026-11-21T18:29:59Z", false)]
    [InlineData("2026-11-21T18:30:00Z", true)]
    [InlineData("2020-01-01T00:00:00Z", false)]
    public void The_day_of_a_death_ends_at_midnight_in_India(string at, bool isAfter)
    {
        var instant = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(isAfter, new Deceased(new DateOnly(2026, 11, 21)).Precedes(instant));
        Assert.True(new Deceased().Precedes(instant));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_rule_names_its_field(PatientForm form, string field)
    {
        Assert.False(form.ToRecord(Today, "patient", [], Placement.Nowhere).Holds(out _, out var why));
        Assert.Equal("invalid-fields", why.Code);
        Assert.Contains(why.Errors, e => e.Field == field);
    }

    [Theory]
    [InlineData(2008, 11, 22, true)]
    [InlineData(2008, 11, 23, false)]
    public void Eighteen_is_reached_on_the_birthday(int year, int month, int day, bool adult)
    {
        var form = Good with { BirthDate = new DateOnly(year, month, day) };
        var holds = form.ToRecord(Today, "patient", [], Placement.Nowhere).Holds(out _, out Refusal? why);
        Assert.Equal(adult, holds);
        Assert.Equal(adult ? null : "guardian-required", why?.Code);
    }

    [Theory]
    [InlineData(2000, 2, 29, 2026, 2, 28, 25)]
    [InlineData(2000, 2, 29, 2026, 3, 1, 26)]
    [InlineData(1986, 3, 9, 2026, 3, 8, 39)]
    [InlineData(1986, 3, 9, 2026, 3, 9, 40)]
    public void Years_are_counted_whole(int y, int m, int d, int onY, int onM, int onD, int years) =>
        Assert.Equal(years, new PatientBirth(new DateOnly(y, m, d)).YearsOn(new DateOnly(onY, onM, onD)));

    [Fact]
    public void An_age_that_was_told_counts_on() =>
        Assert.Equal(20, new PatientBirth(null, 17, new DateOnly(2023, 1, 10)).YearsOn(new DateOnly(2026, 1, 10)));

    [Theory]
    [InlineData("X52181608X", "XXXXXX608X")]
    [InlineData("12", "XX")]
    [InlineData("1234", "XXXX")]
    public void Identifiers_are_masked_to_their_last_four(string value, string shown) =>
        Assert.Equal(shown, new PatientIdentifier("PPN", null, value).Masked().Value);
}
