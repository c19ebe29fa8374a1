using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>Condition.</summary>
internal static class ConditionFhir
{
    private const string Clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    private const string Verification = "http://terminology.hl7.org/CodeSystem/condition-ver-status";

    /// <summary>SNOMED CT, as FHIR's condition-severity has them.</summary>
    private static readonly Dictionary<Severity, string> Severities = new()
    {
        [Severity.Mild] = "255604002",
        [Severity.Moderate] = "6736007",
        [Severity.Severe] = "24484000",
    };

    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var (condition, retracted) = (entry.Body.Finding.Condition!, entry.Row.IsRetracted);
        json.Retraction(entry);
        if (!retracted)
        {
            json.Coded("clinicalStatus", Clinical, Codes.Of(condition.ClinicalStatus));
        }

        json.Coded(
            "verificationStatus", Verification, retracted ? FhirJson.EnteredInError : Codes.Of(condition.VerificationStatus));
        if (condition.Severity is { } severity)
        {
            json.Coded("severity", CodeSystems.Snomed, Severities[severity], Codes.Of(severity));
        }

        json.Concept("code", condition.Code);
        json.SubjectAndVisit(entry, links);
        json.When("onset", condition.Onset);
        if (!retracted)
        {
            // With an abatement comes a clinical status (con-4), which what was entered in error must not have (con-5).
            json.When("abatement", condition.Abatement);
        }

        json.WriteString("recordedDate", FhirJson.Instant(entry.Body.At));
        json.Note(condition.Note);
    }

    private static void When(this Utf8JsonWriter json, string name, Onset? when)
    {
        if (when?.Date is { } date)
        {
            json.WriteString(name + "DateTime", FhirJson.Day(date));
        }
        else if (when?.AgeYears is { } years)
        {
            json.Age(name, years);
        }
    }
}
