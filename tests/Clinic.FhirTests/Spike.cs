using System.Text;
using Xunit;
namespace Clinic.FhirTests;
public class Spike
{
    [Fact]
    public void T()
    {
        var good = R4.Errors(Encoding.UTF8.GetBytes("""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85353-1"}]},"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"subject":{"reference":"urn:uuid:0198c0de-0000-7000-8000-000000000001"},"effectiveDateTime":"2026-01-01T00:00:00.000Z","component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mm[Hg]","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}"""), "http://hl7.org/fhir/StructureDefinition/vitalspanel");
        var bad = R4.Errors(Encoding.UTF8.GetBytes("""{"resourceType":"Observation","status":"finale","code":{"text":"x"}}"""));
        var bad2 = R4.Errors(Encoding.UTF8.GetBytes("""{"resourceType":"Observation","status":"final"}"""));
        var bad3 = R4.Errors(Encoding.UTF8.GetBytes("""{"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"actve"}]},"code":{"text":"x"},"subject":{"display":"x"}}"""));
        Assert.Fail(string.Join("\n", [.. good, "--", .. bad, "--", .. bad2, "--", .. bad3]));
    }
}
