using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>
/// MedicationStatement. Dose and frequency are words, and stay apart: text and patientInstruction of one dosage.
/// </summary>
internal static class MedicationFhir
{
    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var medication = entry.Body.Finding.Medication!;
        json.Retraction(entry);
        json.Status(entry, Codes.Of(medication.Status));
        json.Concept("medicationCodeableConcept", medication.Medication);
        json.SubjectAndVisit(entry, links, visit: "context");
        if (medication.Start is null && medication.End is null)
        {
            json.WriteString("effectiveDateTime", FhirJson.Instant(entry.Body.At));
        }
        else
        {
            json.WriteStartObject("effectivePeriod");
            json.Optional("start", medication.Start is { } start ? FhirJson.Day(start) : null);
            json.Optional("end", medication.End is { } end ? FhirJson.Day(end) : null);
            json.WriteEndObject();
        }

        json.WriteString("dateAsserted", FhirJson.Instant(entry.Body.At));
        json.Note(medication.Note);
        Dosage(json, "dosage", medication);
    }

    public static void Dosage(Utf8JsonWriter json, string name, MedicationFinding medication)
    {
        if (medication is { Dose: null, Frequency: null, Route: null })
        {
            return;
        }

        json.Once(name, () =>
        {
            json.Optional("text", medication.Dose);
            json.Optional("patientInstruction", medication.Frequency);
            json.Concept("route", medication.Route);
        });
    }
}
