using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.Records;
using Clinic.Testing;
using Xunit;

namespace Clinic.Tests.Records;

public sealed class AadhaarFhirTests
{
    private const string Number = "999941057058";

    [Theory]
    [InlineData("""{"type":{"coding":[{"system":"https://nrces.in/ndhm-identifier-type-code","code":"ADN"}]},"value":"#"}""")]
    [InlineData("""{"type":{"coding":[{"code":"X","display":"Adhaar number"}]},"value":"#"}""")]
    [InlineData("""{"type":{"text":"आधार"},"value":"#"}""")]
    [InlineData("""{"value":"#","system":"https://uidai.gov.in/"}""")]
    [InlineData("""{"system":"urn:aadhaar","value":"#"}""")]
    [InlineData("""{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NI"}]},"value":"#"}""")]
    [InlineData("""{"type":{"text":"National ID"},"system":"http://hospital.example/ids","value":"#"}""")]
    [Trait("Promise", "ENC-6")]
    public void An_identifier_that_is_an_Aadhaar_number_keeps_its_last_four(string identifier)
    {
        foreach (var written in (string[])[Number, "9999 4105 7058", "9999-4105-7058"])
        {
            var (json, masked) = Mask(
                $$"""{"resourceType":"Patient","identifier":[{{identifier.Replace("#", written, StringComparison.Ordinal)}}]}""");
            Assert.Equal(1, masked);
            Assert.Equal("XXXX XXXX 7058", JsonNode.Parse(json)!["identifier"]![0]!["value"]!.GetValue<string>());
            Assert.Equal((json, 0), Mask(json));
        }
    }

    [Theory]
    [InlineData("""{"type":{"coding":[{"code":"MR"}]},"value":"999941057058"}""")]
    [InlineData("""{"type":{"coding":[{"code":"NI"}]},"value":"999941057059"}""")]
    [InlineData("""{"type":{"coding":[{"code":"NI"}]},"value":"X52181608X"}""")]
    [InlineData("""{"value":"999941057058"}""")]
    [InlineData("""{"type":{"coding":[{"code":"ADN"}]},"system":"urn:other","value":"999941057058"}""")]
    [InlineData("""{"system":"https://uidai.gov.in","value":"XXXX XXXX 7058"}""")]
    [InlineData("""{"system":"https://uidai.gov.in"}""")]
    [InlineData("""{"system":"https://uidai.gov.in","value":999941057058}""")]
    [InlineData("\"999941057058\"")]
    public void Another_identifier_stays_in_its_bytes(string identifier)
    {
        var json = $$"""{"resourceType":"Patient", "identifier": [ {{identifier}} ] }""";
        Assert.Equal((json, 0), Mask(json));
    }

    [Fact]
    [Trait("Promise", "DSR-4")]
    public void All_other_bytes_stay_wherever_the_identifier_stands()
    {
        const string json = """
            { "resourceType" : "Observation" , "text":{"div":"<p>é \u00e9</p>"},
              "subject":{"identifier":{"value":"#", "period":{"identifier":[{"value":"#","system":"uidai"}]}, "system":"uidai"}},
              "contained":[{"identifier":[{"value":"1"},{"system":"UIDAI","value":"#"}]}],
              "valueIdentifier" : {"system":"uidai","value":"#"},
              "valueQuantity":{"value":1.50} }
            """;
        var (masked, count) = Mask(json.Replace("#", "\\u0039999 4105 7058", StringComparison.Ordinal));
        Assert.Equal(4, count);
        Assert.Equal(json.Replace("#", "XXXX XXXX 7058", StringComparison.Ordinal), masked);
    }

    [Fact]
    public void Real_bundles_hold_none()
    {
        foreach (var bundle in (byte[][])[Bundles.LuigiWiegand, Bundles.BrettGottlieb])
        {
            var (json, masked) = AadhaarFhir.Masked(bundle);
            Assert.Equal(0, masked);
            Assert.True(json.Span.SequenceEqual(bundle));
        }
    }

    private static (string Json, int Masked) Mask(string json)
    {
        var (masked, count) = AadhaarFhir.Masked(Encoding.UTF8.GetBytes(json));
        return (Encoding.UTF8.GetString(masked.Span), count);
    }
}
