using Clinic.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Clinic.Audit;

/// <summary>The clinic reads its own trail.</summary>
public static class AuditModule
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/audit", ReadTrail.Handle).WithName(nameof(ReadTrail)).WithTags("Audit").Requires(Permission.AuditRead)
            .WithSummary("The clinic's trail, newest first; by time, patient, person or action");
}
