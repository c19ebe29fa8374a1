using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;

namespace Clinic.Records.Reading;

/// <summary>AllergyIntolerance. What somebody must reckon with is recorded even of no time.</summary>
internal static class FhirAllergy
{
    private const int ReactionsMax = 10;

    public static ReadResource Read(JsonElement allergy)
    {
        var reactions = allergy.Each("reaction").ToList();
        var code = allergy.Member("code").Concept(CodeSystems.Snomed, CodeSystems.RxNorm)
            ?? reactions.Select(r => r.Member("substance").Concept(CodeSystems.Snomed)).FirstOrDefault(c => c is not null);
        if (code is null)
        {
            return NotRecorded.NoCode;
        }

        var verification = allergy.Member("verificationStatus").Code();
        var known = reactions.SelectMany(
                r => r.Each("manifestation").Select(m => (Manifestation: m.Concept(CodeSystems.Snomed), Reaction: r)))
            .Where(r => r.Manifestation is not null)
            .Select(r => new AllergyReaction(r.Manifestation!, FhirOnset.Severity(r.Reaction.Text("severity"))))
            .Take(ReactionsMax).ToList();
        var finding = new AllergyFinding(
            code,
            FhirValues.Enum<AllergyClinicalStatus>(allergy.Member("clinicalStatus").Code()) ?? AllergyClinicalStatus.Active,
            FhirValues.Enum<AllergyVerification>(verification) ?? AllergyVerification.Unconfirmed,
            FhirValues.Enum<AllergyCategory>(FhirText.Text(allergy.First("category"))),
            FhirValues.Enum<AllergyCriticality>(allergy.Text("criticality")), known.Count == 0 ? null : known, allergy.Notes());
        if (finding.SaysNone)
        {
            finding = finding with
            {
                Code = finding.Code with { Coding = [new Coding(CodeSystems.Snomed, AllergyFinding.NoneKnown)] },
                Category = null,
                Criticality = null,
                Reaction = null,
            };
        }

        return Recordable.Of(
            allergy.Instant("recordedDate") ?? allergy.Instant("onsetDateTime") ?? allergy.Instant("lastOccurrence"), allergy,
            new FindingMembers { Allergy = finding }) with
        {
            IsRetracted = FhirValues.IsEnteredInError(verification),
        };
    }
}
