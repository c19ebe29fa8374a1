using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>FamilyMemberHistory.</summary>
internal static class FamilyHistoryFhir
{
    public const string RoleSystem = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

    public static readonly IReadOnlyDictionary<FamilyRelationship, string> RoleCodes =
        new Dictionary<FamilyRelationship, string>
        {
            [FamilyRelationship.Mother] = "MTH",
            [FamilyRelationship.Father] = "FTH",
            [FamilyRelationship.Sister] = "SIS",
            [FamilyRelationship.Brother] = "BRO",
            [FamilyRelationship.Daughter] = "DAUC",
            [FamilyRelationship.Son] = "SONC",
            [FamilyRelationship.MaternalGrandmother] = "MGRMTH",
            [FamilyRelationship.MaternalGrandfather] = "MGRFTH",
            [FamilyRelationship.PaternalGrandmother] = "PGRMTH",
            [FamilyRelationship.PaternalGrandfather] = "PGRFTH",
            [FamilyRelationship.MaternalAunt] = "MAUNT",
            [FamilyRelationship.MaternalUncle] = "MUNCLE",
            [FamilyRelationship.PaternalAunt] = "PAUNT",
            [FamilyRelationship.PaternalUncle] = "PUNCLE",
            [FamilyRelationship.Cousin] = "COUSN",
            [FamilyRelationship.Other] = "FAMMEMB",
        };

    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var history = entry.Body.Finding.FamilyHistory!;
        json.Retraction(entry);
        json.Status(entry, "completed");
        json.Reference("patient", links.Patient);
        json.WriteString("date", FhirJson.Instant(entry.Body.At));
        json.Coded("relationship", RoleSystem, RoleCodes[history.Relationship], Codes.Of(history.Relationship));
        if (history.Deceased is { } deceased)
        {
            json.WriteBoolean("deceasedBoolean", deceased);
        }

        json.Note(history.Note);
        json.WriteStartArray("condition");
        foreach (var condition in history.Condition)
        {
            json.WriteStartObject();
            json.Concept("code", condition.Code);
            if (condition.OnsetAgeYears is { } years)
            {
                json.Age("onset", years);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
