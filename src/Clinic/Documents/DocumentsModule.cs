using Clinic.Chart;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Clinic.Documents;

/// <summary>Files in a patient's record (CLN-8): checked on their way in, sealed under her own key, read one by one.</summary>
public static class DocumentsModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var documents = v1.MapGroup("/patients/{patient}/documents").WithTags("Documents");
        documents.MapPost("/", OfferDocument.Handle).WithName(nameof(OfferDocument)).Requires(Permission.DocumentWrite)
            .ExemptFromIdempotency("a ticket is a secret: it is not kept to be given out again")
            .WithSummary("Get a ticket to upload a document of up to 256 MiB");
        documents.MapPost("/{document}/parts", OfferDocumentParts.Handle).WithName(nameof(OfferDocumentParts))
            .Requires(Permission.DocumentWrite)
            .ExemptFromIdempotency("a ticket is a secret: it is not kept to be given out again")
            .WithSummary("Get new tickets for the parts that are still missing");
        documents.MapPost("/{document}/confirmation", ConfirmDocument.Handle).WithName(nameof(ConfirmDocument))
            .Requires(Permission.DocumentWrite)
            .WithSummary("Say that a document is uploaded: it is checked and sealed");
        documents.MapGet("/", ListDocuments.Handle).WithName(nameof(ListDocuments)).Requires(Permission.DocumentRead)
            .WithSummary("A patient's documents, newest first");
        documents.MapGet("/{document}", ReadDocument.Handle).WithName(nameof(ReadDocument)).Requires(Permission.DocumentRead)
            .WithSummary("What is known of a document");
        documents.MapGet("/{document}/versions", ListDocumentVersions.Handle).WithName(nameof(ListDocumentVersions))
            .Requires(Permission.DocumentRead)
            .WithSummary("All versions of a document, newest first");
        documents.MapGet("/{document}/content", ReadDocumentContent.Handle).WithName(nameof(ReadDocumentContent))
            .Requires(Permission.DocumentRead)
            .Produces(StatusCodes.Status200OK).Produces(StatusCodes.Status206PartialContent)
            .WithSummary("The file, or a range of it: at most 4 MiB an answer");
        documents.MapGet("/{document}/thumbnail", ReadDocumentThumbnail.Handle).WithName(nameof(ReadDocumentThumbnail))
            .Requires(Permission.DocumentRead)
            .WithSummary("The small picture of a photo or a scan, as JPEG of at most 320 pixels");
        documents.MapPost("/{document}/retraction", RetractDocument.Handle).WithName(nameof(RetractDocument))
            .Requires(Permission.DocumentWrite)
            .WithSummary("Mark a document as entered in error; If-Match names the version that was read");
        documents.MapPut("/{document}/title", RenameDocument.Handle).WithName(nameof(RenameDocument))
            .Requires(Permission.DocumentWrite)
            .WithSummary("Give a document another title; If-Match names the version that was read");
        var photo = v1.MapGroup("/patients/{patient}/photo").WithTags("Documents");
        photo.MapPut("/", SetPatientPhoto.Handle).WithName(nameof(SetPatientPhoto)).Requires(Permission.DocumentWrite)
            .WithSummary("Name a document as the patient's photo; If-Match names the version of the patient");
        photo.MapDelete("/", RemovePatientPhoto.Handle).WithName(nameof(RemovePatientPhoto)).Requires(Permission.DocumentWrite)
            .WithSummary("Name no photo of the patient; If-Match names the version of the patient");
    }

    internal static void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(MalwareScan.FromEnvironment());
        services.AddSingleton<FunctionCalls>().AddSingleton<ThumbnailMaker>();
        services.AddSingleton<FileObjects>().AddSingleton<DocumentFiles>().AddSingleton<DocumentCheck>()
            .AddSingleton<PartBuffer>().AddSingleton<SealDocument>();
        services.AddSingleton(new TimelineSource(
            ChartKind.Document, Permission.DocumentRead, async (store, patient, _, row, ct) =>
                DocumentView.InTimeline(await DocumentItem.Open(store, patient, row, ct))));
    }

    internal static void Register(Consumers consumers)
    {
        consumers.On(Topics.DocumentUploaded, (s, message, ct) => s.GetRequiredService<SealDocument>().Handle(message, ct));
        consumers.On(Topics.DocumentsErasure, (s, message, ct) =>
            RemoveErasedDocuments.Handle(message, s.GetRequiredService<DocumentFiles>(), ct));
    }

    internal static void Register(ClockHandlers clocks)
    {
        clocks.On(Durations.DocumentUnfinished.Name, (s, due, now, ct) =>
            PurgeDocument.Strike(due, s.GetRequiredService<DocumentFiles>(), now, ct));
    }
}
