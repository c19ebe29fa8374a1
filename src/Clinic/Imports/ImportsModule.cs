using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Imports;

/// <summary>Records that come from elsewhere: FHIR R4 bundles, in restartable steps, with a report.</summary>
public static class ImportsModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var imports = v1.MapGroup("/imports").WithTags("Imports");
        imports.MapPost("/", StartImport.Handle).WithName(nameof(StartImport)).Requires(Permission.ImportStart)
            .WithSummary("Import a FHIR R4 bundle of up to 4 MiB");
        imports.MapPost("/uploads", OfferImportUpload.Handle).WithName(nameof(OfferImportUpload)).Requires(Permission.ImportStart)
            .ExemptFromIdempotency("a ticket is a secret: it is not kept to be given out again")
            .WithSummary("Get a ticket to upload a larger bundle");
        imports.MapPost("/{import}/start", StartUploadedImport.Handle).WithName(nameof(StartUploadedImport))
            .Requires(Permission.ImportStart)
            .WithSummary("Start an import whose bundle was uploaded");
        imports.MapGet("/{import}", ReadImport.Handle).WithName(nameof(ReadImport)).Requires(Permission.ImportRead)
            .WithSummary("How far an import is, and what it did");
        imports.MapGet("/{import}/refusals", ListImportRefusals.Handle).WithName(nameof(ListImportRefusals))
            .Requires(Permission.ImportRead)
            .WithSummary("Entries that were refused: place and reason");
        imports.MapGet("/{import}/patients", ListImportedPatients.Handle).WithName(nameof(ListImportedPatients))
            .Requires(Permission.ImportRead)
            .WithSummary("Patients that an import registered or found");
        v1.MapPost("/patients/{patient}/referenced-files", OfferReferencedFile.Handle).WithName(nameof(OfferReferencedFile))
            .WithTags("Imports").Requires(Permission.DocumentWrite)
            .ExemptFromIdempotency("a ticket is a secret: it is not kept to be given out again")
            .WithSummary("Get a ticket to upload the file that an imported DocumentReference names");
    }

    internal static void AddServices(IServiceCollection services) =>
        services.AddSingleton<IntakeObjects>().AddSingleton<SourceNames>().AddSingleton<BroughtFiles>()
            .AddSingleton<ApplyEntries>().AddSingleton<ImportSteps>().AddSingleton<RunImport>();

    internal static void Register(Consumers consumers) =>
        consumers.On(Topics.ImportReceived, (s, message, ct) => s.GetRequiredService<RunImport>().Handle(message, ct));

    internal static void Register(ClockHandlers clocks) => clocks.On(
        Durations.ImportUnfinished.Name, (s, due, now, ct) =>
        PurgeImport.Strike(due, s.GetRequiredService<IntakeObjects>(), now, ct));
}
