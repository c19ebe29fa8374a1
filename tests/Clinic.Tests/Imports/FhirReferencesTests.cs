using System.Text.Json;
using Clinic.Imports;
using Clinic.Platform.Crypto;
using Clinic.Records;
using Xunit;

namespace Clinic.Tests.Imports;

public sealed class FhirReferencesTests
{
    private static readonly HashSet<string> Known = ["urn:uuid:a", "Patient/1"];

    [Theory]
    [InlineData("""{"subject":{"reference":"urn:uuid:a"}}""", "urn:uuid:a")]
    [InlineData("""{"patient":{"reference":"Patient/1/_history/3"}}""", "Patient/1")]
    [InlineData("""{"beneficiary":{"reference":"Patient/1"}}""", "Patient/1")]
    [InlineData("""{"subject":[{"reference":"urn:uuid:x"},{"reference":"urn:uuid:a"}]}""", "urn:uuid:a")]
    [InlineData("""{"author":{"reference":"Patient/1"},"subject":{"reference":"urn:uuid:a"}}""", "urn:uuid:a")]
    [InlineData("""{"participant":[{"actor":{"reference":"Device/1"}},{"actor":{"reference":"Patient/1"}}]}""", "Patient/1")]
    [InlineData("""{"subject":{"reference":"Patient/2"},"author":{"reference":"Patient/1"}}""", "Patient/2")]
    [InlineData("""{"subject":{"reference":"Group/2"}}""", "Group/2")]
    [InlineData("""{"contained":[{"subject":{"reference":"Patient/1"}}]}""", null)]
    [InlineData("""{"managingOrganization":{"reference":"Organization/1"}}""", null)]
    [InlineData("""{"subject":"Patient/1"}""", null)]
    [InlineData("""{"subject":{"reference":"\ud800"}}""", null)]
    public void A_resource_is_of_whom_it_says(string resource, string? patient)
    {
        using var json = JsonDocument.Parse(resource);
        Assert.Equal(patient, FhirReferences.PatientOf(json.RootElement, Known));
    }

    [Theory]
    [InlineData("Observation", KeyClass.Clinical)]
    [InlineData("Organization", KeyClass.Clinical)]
    [InlineData("Patient", KeyClass.Identity)]
    [InlineData("Coverage", KeyClass.Identity)]
    [InlineData("Claim", KeyClass.Financial)]
    [InlineData("ExplanationOfBenefit", KeyClass.Financial)]
    internal void Each_type_has_its_class_of_keys(string type, KeyClass keys) => Assert.Equal(keys, FhirTypes.ClassOf(type));

    [Theory]
    [InlineData("""{"created":"2020-03-31T23:00:00+00:00"}""", 2019)]
    [InlineData("""{"created":"2020-04-01"}""", 2020)]
    [InlineData("""{"billablePeriod":{"start":"1999-01-01T00:00:00Z"}}""", 1998)]
    [InlineData("""{"created":"2020"}""", 2026)]
    [InlineData("""{"created":7}""", 2026)]
    [InlineData("{}", 2026)]
    public void A_bill_is_of_the_financial_year_of_its_date(string claim, int year) => Assert.Equal(
        year, FinancialYears.Of(
        "Claim", System.Text.Encoding.UTF8.GetBytes(claim), new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero)));
}
