using Clinic.Chart.Findings;
using Xunit;

namespace Clinic.Tests.Chart.Findings;

public sealed class CodeSystemsTests
{
    [Theory]
    [InlineData(CodeSystems.Icd10, "E03.9", true)]
    [InlineData(CodeSystems.Icd10, "I10", true)]
    [InlineData(CodeSystems.Icd10, "S72.001A", true)]
    [InlineData(CodeSystems.Icd10, "C7A.00", true)]
    [InlineData(CodeSystems.Icd10, "e03.9", false)]
    [InlineData(CodeSystems.Icd10, "E3.9", false)]
    [InlineData(CodeSystems.Icd10, "E03.", false)]
    [InlineData(CodeSystems.Icd10, "E03.12345", false)]
    [InlineData(CodeSystems.Icd10, "E039", false)]
    [InlineData(CodeSystems.Icd10, "E03.9\n", false)]
    [InlineData(CodeSystems.Snomed, "716186003", true)]
    [InlineData(CodeSystems.Snomed, "40930008", true)]
    [InlineData(CodeSystems.Snomed, "73211009", true)]
    [InlineData(CodeSystems.Snomed, "999480561000087100", true)]
    [InlineData(CodeSystems.Snomed, "716186004", false)]
    [InlineData(CodeSystems.Snomed, "761186003", false)]
    [InlineData(CodeSystems.Snomed, "1234567890123456789", false)]
    [InlineData(CodeSystems.Snomed, "0716186003", false)]
    [InlineData(CodeSystems.Snomed, "40 930008", false)]
    [InlineData(CodeSystems.Snomed, "१२३४५६", false)]
    [InlineData(CodeSystems.Snomed, "", false)]
    [InlineData(CodeSystems.Loinc, "8310-5", true)]
    [InlineData(CodeSystems.Loinc, "4548-4", true)]
    [InlineData(CodeSystems.Loinc, "718-7", true)]
    [InlineData(CodeSystems.Loinc, "8310-6", false)]
    [InlineData(CodeSystems.Loinc, "8301-5", false)]
    [InlineData(CodeSystems.Loinc, "83105", false)]
    [InlineData(CodeSystems.Loinc, "-5", false)]
    [InlineData(CodeSystems.Loinc, "12345678-9", false)]
    [InlineData(CodeSystems.Atc, "A10BA02", true)]
    [InlineData(CodeSystems.Atc, "A10", true)]
    [InlineData(CodeSystems.Atc, "A10B0", false)]
    [InlineData(CodeSystems.Cvx, "207", true)]
    [InlineData(CodeSystems.Cvx, "2070", false)]
    [InlineData("http://example.org/own", "E03.9", false)]
    public void A_code_has_the_form_of_its_system(string system, string code, bool holds) =>
        Assert.Equal(holds, CodeSystems.Holds(system, code));

    /// <summary>Each with a right check digit: of descriptions and relationships, with a namespace and without.</summary>
    [Fact]
    public void Ids_of_other_things_than_concepts_are_none()
    {
        foreach (var partition in (string[])["01", "02", "11", "12"])
        {
            var right = Enumerable.Range(0, 10).Select(check => $"716186{partition}{check}")
                .Single(Clinic.Platform.Text.Verhoeff.Holds);
            Assert.False(CodeSystems.IsSnomedConcept(right));
        }
    }

    /// <summary>The codes that the product writes itself are right ones.</summary>
    [Fact]
    public void Each_measure_has_a_LOINC_code_of_its_own()
    {
        var codes = Enum.GetValues<VitalMeasure>().Select(m => VitalMeasures.Of(m).Loinc).ToList();
        Assert.All(codes, c => Assert.True(CodeSystems.IsLoinc(c), c));
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.True(CodeSystems.IsSnomedConcept(AllergyFinding.NoneKnown));
    }
}
