using Clinic.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Clinic.Consent;

/// <summary>Consents of patients and the notices they refer to.</summary>
public static class ConsentModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var consents = v1.MapGroup("/patients/{patient}/consents").WithTags("Consents");
        consents.MapGet("/", ListConsents.Handle).WithName(nameof(ListConsents)).Requires(Permission.ConsentRead)
            .WithSummary("Where a patient's consents stand, with the artefacts");
        consents.MapPost("/", RecordConsents.Handle).WithName(nameof(RecordConsents)).Requires(Permission.ConsentRecord)
            .WithSummary("Record further consent statements of a patient");
        v1.MapGet("/notices", ListNotices.Handle).WithName(nameof(ListNotices)).WithTags("Consents")
            .Requires(Permission.ConsentRead)
            .WithSummary("The notices that consents refer to, in each language");
    }
}
