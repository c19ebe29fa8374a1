using Clinic.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Clinic.Records;

/// <summary>The health record of a patient: resources kept as they came, and the whole of it going out.</summary>
public static class RecordsModule
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/patients/{patient}/export", ExportPatient.Handle).WithName(nameof(ExportPatient)).WithTags("Records")
            .Requires(Permission.PatientExport).WithSummary("Export a patient's whole record as a FHIR R4 bundle");
}
