using System.Text.Json;
using Clinic.Chart;
using Clinic.Platform.Http;

namespace Clinic.Records.Fhir;

/// <summary>Procedure.</summary>
internal static class ProcedureFhir
{
    public static void Write(Utf8JsonWriter json, FindingEntry entry, FhirLinks links)
    {
        var procedure = entry.Body.Finding.Procedure!;
        json.Retraction(entry);
        json.Status(entry, Codes.Of(procedure.Status));
        json.Concept("code", procedure.Code);
        json.SubjectAndVisit(entry, links);
        json.WriteString("performedDateTime", FhirJson.Instant(entry.Body.At));
        json.ConceptOnce("bodySite", procedure.BodySite);
        json.Concept("outcome", procedure.Outcome);
        json.Note(procedure.Note);
    }
}
