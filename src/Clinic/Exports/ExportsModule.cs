using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Crypto;
using Clinic.Platform.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Exports;

/// <summary>All records of a clinic, going out to its owner (DSR-8).</summary>
public static class ExportsModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/export-keys", ListExportKeys.Handle).WithName(nameof(ListExportKeys)).WithTags("Exports")
            .WithMetadata(new OutsideTheTrail("public keys, the same for everybody"))
            .WithSummary("The public keys that verify the manifests of exports, as JWK and PEM");
        var exports = v1.MapGroup("/exports").WithTags("Exports");
        exports.MapPost("/", StartExport.Handle).WithName(nameof(StartExport)).Requires(Permission.ClinicExport)
            .WithSummary("Export all records of the clinic");
        exports.MapGet("/", ListExports.Handle).WithName(nameof(ListExports)).Requires(Permission.ClinicExport)
            .WithSummary("The clinic's exports, newest first");
        exports.MapGet("/{export}", ReadExport.Handle).WithName(nameof(ReadExport)).Requires(Permission.ClinicExport)
            .WithSummary("How far an export is");
        exports.MapDelete("/{export}", EndExport.Handle).WithName(nameof(EndExport)).Requires(Permission.ClinicExport)
            .WithSummary("End an export: its files are deleted and cannot be read any more");
        exports.MapPost("/{export}/links", SendLink.Handle).WithName(nameof(SendLink)).Requires(Permission.ClinicExport)
            .WithSummary("Send another link of a finished export to the owner who asks");
        exports.MapPost("/{export}/open", OpenExport.Handle).WithName(nameof(OpenExport)).Requires(Permission.ClinicExport)
            .WithSummary("Use the link of a finished export: opens its files for this session");
        exports.MapGet("/{export}/files/{name}", ReadExportFile.Handle).WithName(nameof(ReadExportFile))
            .Requires(Permission.ClinicExport)
            .Produces(StatusCodes.Status200OK).Produces(StatusCodes.Status206PartialContent)
            .WithSummary("A file of an export, or a range of it: at most 4 MiB an answer");
    }

    internal static void AddServices(IServiceCollection services) =>
        services.AddSingleton<ExportSigning>().AddSingleton<ExportFiles>().AddSingleton<TrailLines>()
            .AddSingleton<ExportSteps>().AddSingleton<RunExport>();

    internal static void Register(Consumers consumers)
    {
        consumers.On(Topics.ExportWalks, (s, message, ct) => s.GetRequiredService<RunExport>().Handle(message, ct));
        consumers.On(Topics.ExportsErasure, (s, message, ct) =>
            EndExportsOfErased.Handle(message, s.GetRequiredService<TimeProvider>(), ct));
        consumers.On(Topics.ExportReady, (s, message, ct) => SendExportLink.Handle(
            message, s.GetRequiredService<MailDelivery>(), s.GetRequiredService<MailSettings>(),
            s.GetRequiredService<TimeProvider>(), ct));
    }

    internal static void Register(ClockHandlers clocks)
    {
        foreach (var kind in (Duration[])[Durations.ExportUnfinished, Durations.ExportKept])
        {
            clocks.On(kind.Name, (s, due, now, ct) => PurgeExport.Strike(
                due, s.GetRequiredService<KeyShredder>(), s.GetRequiredService<ExportFiles>(), now, ct));
        }
    }
}
