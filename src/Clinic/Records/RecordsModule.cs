using Clinic.Platform.Access;
using Clinic.Records.HealthDocuments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Clinic.Records;

/// <summary>The health record of a patient: resources kept as they came, and the whole of it going out.</summary>
public static class RecordsModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var patient = v1.MapGroup("/patients/{patient}").WithTags("Records");
        patient.MapGet("/export", ExportPatient.Handle).WithName(nameof(ExportPatient)).Requires(Permission.PatientExport)
            .WithSummary("Export a patient's whole record as a FHIR R4 bundle, or as a page to read");
        patient.MapGet("/export/manifest", ReadExportManifest.Handle).WithName(nameof(ReadExportManifest))
            .Requires(Permission.PatientExport).WithSummary("What an export holds: each resource with its hash");
        patient.MapGet("/health-documents", ListHealthDocuments.Handle).WithName(nameof(ListHealthDocuments))
            .Requires(Permission.PatientExport).WithSummary("The health documents that a patient's record makes, newest first");
        patient.MapGet("/health-documents/{type}/{document}", ReadHealthDocument.Handle).WithName(nameof(ReadHealthDocument))
            .Requires(Permission.PatientExport).WithSummary("One health document as a FHIR R4 document bundle");
    }
}
