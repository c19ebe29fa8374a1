using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Patients;
using Clinic.Records;
using Clinic.Testing;
using Xunit;

namespace Clinic.Tests.Records;

public sealed class FhirPatientTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void A_real_patient_is_read_with_foreign_phone_and_identifiers_as_given()
    {
        var record = Read(
            Bundles.ByName(Bundles.BrettGottlieb).First(r => r.Key.StartsWith("Patient/", StringComparison.Ordinal)).Value)!;
        Assert.Equal(new PatientName("Brett", "Gottlieb"), record.Name);
        Assert.Equal(new DateOnly(1989, 11, 14), record.Birth.Date);
        Assert.Equal(Gender.Male, record.Gender);
        Assert.Null(record.Phone);
        Assert.Equal(("194 Hermiston Club", "Boston", "02108", "US"),
            (record.Address!.Line, record.Address.City, record.Address.PostalCode, record.Address.Country));
        Assert.Equal(["identifier", "MR", "SS", "DL", "PPN", "phone-as-imported"], record.Identifiers.Select(i => i.Type));
        Assert.Equal("555-446-7938", record.Identifiers[^1].Value);
        Assert.Equal("XXXXXXX8522", record.Identifiers[2].Masked().Value);
    }

    [Theory]
    [InlineData("""[{"family":"Rao"}]""", "Rao", null)]
    [InlineData("""[{"text":"Lakshmi Rao"}]""", "Lakshmi Rao", null)]
    [InlineData("""[{"use":"old","text":"A"},{"use":"official","family":"Rao","given":["Hema","Devi"]}]""", "Hema Devi", "Rao")]
    [InlineData("""[{"given":["లక్ష్మి"]}]""", "లక్ష్మి", null)]
    [InlineData("""[{"family":"123"}]""", null, null)]
    [InlineData("""[{"family":"  "}]""", null, null)]
    [InlineData("""[{}]""", null, null)]
    [InlineData("""["Rao"]""", null, null)]
    [InlineData("""{"family":"Rao"}""", null, null)]
    public void A_name_is_the_official_one_and_needs_a_letter(string name, string? given, string? family)
    {
        var patient = Bundles.Patient();
        patient["name"] = JsonNode.Parse(name);
        Assert.Equal(given is null ? null : new PatientName(given, family), Read(patient)?.Name);
    }

    [Theory]
    [InlineData("1971-02-03", true, 55)]
    [InlineData("1971-02", true, 55)]
    [InlineData("1971", true, 54)]
    [InlineData("2026-11-22", true, 0)]
    [InlineData("2026-11-23", false, 0)]
    [InlineData("1880-01-01", false, 0)]
    [InlineData("1971-02-30", false, 0)]
    [InlineData("yesterday", false, 0)]
    public void A_birth_is_a_day_a_month_or_a_year_and_never_makes_her_older(string text, bool usable, int years)
    {
        var patient = Bundles.Patient();
        patient["birthDate"] = text;
        Assert.Equal(usable ? years : null, Read(patient)?.Birth.YearsOn(Today));
    }

    [Theory]
    [InlineData("9876543210", "IN", "+919876543210")]
    [InlineData("9876543210", null, "+919876543210")]
    [InlineData("978-555-1234", "US", null)]
    [InlineData("+1 978-555-1234", "US", "+19785551234")]
    [InlineData("555-446-7938", "IN", null)]
    public void Ten_digits_are_an_Indian_mobile_only_where_nothing_says_that_she_lives_elsewhere(
        string phone, string? country, string? expected)
    {
        var patient = Bundles.Patient();
        patient["telecom"] = new JsonArray(new JsonObject { ["system"] = "phone", ["value"] = phone });
        patient["address"] = country is null ? null : new JsonArray(new JsonObject { ["country"] = country });
        var record = Read(patient)!;
        Assert.Equal(expected, record.Phone);
        Assert.Equal(
            expected is null ? phone : null, record.Identifiers.SingleOrDefault(i => i.Type == "phone-as-imported")?.Value);
    }

    [Theory]
    [InlineData("HIN", "91-1234-5678-9012", "91-1234-5678-9012", null)]
    [InlineData("HIN", "91123456789012", "91-1234-5678-9012", null)]
    [InlineData("ABHA", "Revathi.Iyer@abdm", null, "revathi.iyer@abdm")]
    [InlineData("ABHA", "91-1234-5678-9012", "91-1234-5678-9012", null)]
    [InlineData("HIN", "91-1234", null, null)]
    [InlineData("ADN", "91-1234-5678-9012", null, null)]
    public void The_code_says_what_is_of_the_health_account_and_the_form_which_of_the_two(
        string code, string value, string? number, string? address)
    {
        var patient = Bundles.Patient();
        patient["identifier"] = new JsonArray(Identifier(AbhaFhir.TypeSystem, code, value));
        var record = Read(patient)!;
        Assert.Equal((number, address), (record.AbhaNumber, record.AbhaAddress));
        Assert.Equal((number ?? address) is null ? 1 : 0, record.Identifiers.Count);
    }

    [Theory]
    [InlineData("https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-identifier-type-code|6.5.0", true)]
    [InlineData("http://www.nrces.in/ndhm-identifier-type-code", true)]
    [InlineData("https://example.org/ndhm-identifier-type-code", false)]
    [InlineData("https://nrces.in/ndhm/fhir/r4/CodeSystem/other", false)]
    [InlineData("HIN", false)]
    public void A_code_of_another_system_says_nothing(string system, bool isTaken)
    {
        var patient = Bundles.Patient();
        patient["identifier"] = new JsonArray(Identifier(system, "HIN", "91-1234-5678-9012"));
        Assert.Equal(isTaken, Read(patient)!.AbhaNumber is not null);
    }

    [Fact]
    public void The_first_account_is_hers_and_another_stays_an_identifier()
    {
        var patient = Bundles.Patient();
        patient["identifier"] = new JsonArray(
            Identifier(AbhaFhir.TypeSystem, "HIN", "91-1234-5678-9012"),
            Identifier(AbhaFhir.TypeSystem, "HIN", "91-0000-5678-9012"),
            new JsonObject { ["system"] = "https://healthid.ndhm.gov.in", ["value"] = "revathi@sbx" });
        var record = Read(patient)!;
        Assert.Equal(("91-1234-5678-9012", "revathi@sbx"), (record.AbhaNumber, record.AbhaAddress));
        Assert.Equal("91-0000-5678-9012", Assert.Single(record.Identifiers).Value);
    }

    private static JsonObject Identifier(string system, string code, string value) => new()
    {
        ["type"] = new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }),
        },
        ["value"] = value,
    };

    [Fact]
    public void Our_own_resource_reads_back_as_the_same_record()
    {
        var record = Read(
            Bundles.ByName(Bundles.LuigiWiegand).First(r => r.Key.StartsWith("Patient/", StringComparison.Ordinal)).Value)!;
        record = record with { AbhaNumber = "91-1234-5678-9012", AbhaAddress = "luigi@abdm" };
        var patient = new Patient(new(Guid.CreateVersion7()), PatientState.Active, 2, DateTimeOffset.UnixEpoch, "x", record, []);
        var written = JsonNode.Parse(PatientFhir.Write(patient, ["urn:uuid:a"]))!;
        Assert.Equal("urn:uuid:a", written["link"]![0]!["other"]!["reference"]!.GetValue<string>());
        var read = Read(written)!;
        Assert.Equal(
            (record.Name, record.Birth, record.Gender, record.Address), (read.Name, read.Birth, read.Gender, read.Address));
        Assert.Equal(record.Identifiers.Select(i => i.Value), read.Identifiers.Select(i => i.Value));
        Assert.Equal((record.AbhaNumber, record.AbhaAddress), (read.AbhaNumber, read.AbhaAddress));
        var account = written["identifier"]!.AsArray().Single(i => i!["value"]!.GetValue<string>() == record.AbhaNumber)!;
        Assert.Equal(["HIN", "MR"], account["type"]!["coding"]!.AsArray().Select(c => c!["code"]!.GetValue<string>()));
    }

    private static PatientRecord? Read(JsonNode patient)
    {
        using var json = JsonDocument.Parse(patient.ToJsonString());
        return FhirPatient.Read(json.RootElement, Today).Holds(out var record, out _) ? record : null;
    }
}
