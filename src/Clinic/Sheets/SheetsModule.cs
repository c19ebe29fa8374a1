using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Sheets;

/// <summary>Patients of a clinic that comes from a spreadsheet: a mapping, a dry run with a report, then the register, and
/// back.</summary>
public static class SheetsModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var mapping = v1.MapGroup("/sheet-mapping").WithTags("Lists");
        mapping.MapGet("/", ReadSheetMapping.Handle).WithName(nameof(ReadSheetMapping)).Requires(Permission.ImportRead)
            .WithSummary("How the clinic's lists are read");
        mapping.MapPut("/", SetSheetMapping.Handle).WithName(nameof(SetSheetMapping)).Requires(Permission.SheetMappingSet)
            .WithSummary("Say how the clinic's lists are read; If-Match names the version that was read");
        var lists = v1.MapGroup("/sheet-imports").WithTags("Lists");
        lists.MapPost("/", StartSheetImport.Handle).WithName(nameof(StartSheetImport)).Requires(Permission.ImportStart)
            .WithSummary("Try a list of patients of up to 4 MiB, CSV or XLSX: nobody is registered yet");
        lists.MapPost("/uploads", OfferSheetUpload.Handle).WithName(nameof(OfferSheetUpload)).Requires(Permission.ImportStart)
            .ExemptFromIdempotency("a ticket is a secret: it is not kept to be given out again")
            .WithSummary("Get a ticket to upload a larger list");
        lists.MapPost("/{sheetImport}/start", StartUploadedSheet.Handle).WithName(nameof(StartUploadedSheet))
            .Requires(Permission.ImportStart).WithSummary("Try a list that was uploaded");
        lists.MapGet("/{sheetImport}", ReadSheetImport.Handle).WithName(nameof(ReadSheetImport)).Requires(Permission.ImportRead)
            .WithSummary("How far a list is, and what it did or would do");
        lists.MapGet("/{sheetImport}/refusals", ListSheetRefusals.Handle).WithName(nameof(ListSheetRefusals))
            .Requires(Permission.ImportRead).WithSummary("Rows that register nobody: row, column and rule");
        lists.MapGet("/{sheetImport}/duplicates", ListSheetDuplicates.Handle).WithName(nameof(ListSheetDuplicates))
            .Requires(Permission.ImportRead).WithSummary("Rows that are likely somebody who is there already");
        lists.MapGet("/{sheetImport}/patients", ListSheetPatients.Handle).WithName(nameof(ListSheetPatients))
            .Requires(Permission.ImportRead).WithSummary("Whom a list registered, and after an undo who stays");
        lists.MapPost("/{sheetImport}/apply", ApplySheetImport.Handle).WithName(nameof(ApplySheetImport))
            .Requires(Permission.ImportStart).WithSummary("Register the patients of a list that was tried");
        lists.MapPost("/{sheetImport}/undo", UndoSheetImport.Handle).WithName(nameof(UndoSheetImport))
            .Requires(Permission.ImportStart).WithSummary("Take a whole list back, but for whom somebody worked with");
    }

    internal static void AddServices(IServiceCollection services) =>
        services.AddSingleton<SheetSteps>().AddSingleton<RunSheetImport>();

    internal static void Register(Consumers consumers) =>
        consumers.On(Topics.SheetReceived, (s, message, ct) => s.GetRequiredService<RunSheetImport>().Handle(message, ct));

    internal static void Register(ClockHandlers clocks) => clocks.On(
        Durations.SheetUnfinished.Name, (s, due, now, ct) =>
        PurgeSheetImport.Strike(due, s.GetRequiredService<IntakeObjects>(), now, ct));
}
