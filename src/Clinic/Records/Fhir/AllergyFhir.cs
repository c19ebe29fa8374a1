using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>AllergyIntolerance.</summary>
internal static class AllergyFhir
{
    private const string Clinical = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
    private const string Verification = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";

    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var (allergy, retracted) = (entry.Body.Finding.Allergy!, entry.Row.IsRetracted);
        json.Retraction(entry);
        if (!retracted)
        {
            json.Coded("clinicalStatus", Clinical, Codes.Of(allergy.ClinicalStatus));
        }

        json.Coded(
            "verificationStatus", Verification, retracted ? FhirJson.EnteredInError : Codes.Of(allergy.VerificationStatus));
        if (allergy.Category is { } category)
        {
            json.WriteStartArray("category");
            json.WriteStringValue(Codes.Of(category));
            json.WriteEndArray();
        }

        if (allergy.Criticality is { } criticality)
        {
            json.WriteString("criticality", Codes.Of(criticality));
        }

        json.Concept("code", allergy.Code);
        json.SubjectAndVisit(entry, links, "patient");
        json.WriteString("recordedDate", FhirJson.Instant(entry.Body.At));
        json.Note(allergy.Note);
        Reactions(json, allergy.Reaction ?? []);
    }

    private static void Reactions(Utf8JsonWriter json, IReadOnlyList<AllergyReaction> reactions)
    {
        if (reactions.Count == 0)
        {
            return;
        }

        json.WriteStartArray("reaction");
        foreach (var reaction in reactions)
        {
            json.WriteStartObject();
            json.ConceptOnce("manifestation", reaction.Manifestation);
            if (reaction.Severity is { } severity)
            {
                json.WriteString("severity", Codes.Of(severity));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
