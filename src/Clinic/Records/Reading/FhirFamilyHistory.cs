using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;

namespace Clinic.Records.Reading;

/// <summary>FamilyMemberHistory, without the relative's name, which is not hers to give.</summary>
internal static class FhirFamilyHistory
{
    public static ReadResource Read(JsonElement history)
    {
        var conditions = history.Each("condition").Select(c => (
                Code: c.Member("code").Concept(CodeSystems.Icd10, CodeSystems.Icd10Cm, CodeSystems.Snomed), Said: c))
            .Where(c => c.Code is not null)
            .Select(c => new FamilyCondition(c.Code!, FhirOnset.Of(c.Said, "onset")?.AgeYears)).ToList();
        if (conditions.Count == 0)
        {
            return NotRecorded.NoCode;
        }

        bool? deceased = history.Member("deceasedBoolean").ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => history.Text("deceasedDate") is null ? null : true,
        };
        return Recordable.Of(history.Instant("date"), history, new FindingMembers
        {
            FamilyHistory = new FamilyHistoryFinding(
                Relationship(history.Member("relationship").Code()), conditions, deceased, history.Notes()),
        }) with
        {
            IsRetracted = FhirValues.IsEnteredInError(history.Text("status")),
        };
    }

    /// <summary>v3-RoleCode of HL7.</summary>
    internal static FamilyRelationship Relationship(string? code) => code switch
    {
        "MTH" or "NMTH" => FamilyRelationship.Mother,
        "FTH" or "NFTH" => FamilyRelationship.Father,
        "SIS" or "NSIS" => FamilyRelationship.Sister,
        "BRO" or "NBRO" => FamilyRelationship.Brother,
        "DAU" or "DAUC" => FamilyRelationship.Daughter,
        "SON" or "SONC" => FamilyRelationship.Son,
        "MGRMTH" => FamilyRelationship.MaternalGrandmother,
        "MGRFTH" => FamilyRelationship.MaternalGrandfather,
        "PGRMTH" => FamilyRelationship.PaternalGrandmother,
        "PGRFTH" => FamilyRelationship.PaternalGrandfather,
        "MAUNT" => FamilyRelationship.MaternalAunt,
        "MUNCLE" => FamilyRelationship.MaternalUncle,
        "PAUNT" => FamilyRelationship.PaternalAunt,
        "PUNCLE" => FamilyRelationship.PaternalUncle,
        "COUSN" or "MCOUSN" or "PCOUSN" => FamilyRelationship.Cousin,
        _ => FamilyRelationship.Other,
    };
}
