using Clinic.Chart;
using Clinic.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Visits;

/// <summary>When a patient is seen, and what is written about it.</summary>
public static class VisitsModule
{
    internal static void AddServices(IServiceCollection services) => services
        .AddSingleton(new TimelineSource(
            ChartKind.Visit, Permission.VisitRead, async (store, patient, _, row, ct) =>
                VisitView.InTimeline(patient, await VisitItem.Open(store, patient, row, ct))))
        .AddSingleton(new TimelineSource(
            ChartKind.Note, Permission.NoteRead, async (store, patient, _, row, ct) =>
                NoteView.InTimeline(await NoteItem.Open(store, patient, row, ct))));

    public static void Map(IEndpointRouteBuilder v1)
    {
        var visits = v1.MapGroup("/patients/{patient}/visits").WithTags("Visits");
        visits.MapGet("/", ListVisits.Handle).WithName(nameof(ListVisits)).Requires(Permission.VisitRead)
            .WithSummary("A patient's visits, latest first");
        visits.MapPost("/", PlanVisit.Handle).WithName(nameof(PlanVisit)).Requires(Permission.VisitSet)
            .WithSummary("Plan a visit, or begin one");
        visits.MapGet("/{visit}", ReadVisit.Handle).WithName(nameof(ReadVisit)).Requires(Permission.VisitRead)
            .WithSummary("One visit; its ETag is the version");
        visits.MapPut("/{visit}", AmendVisit.Handle).WithName(nameof(AmendVisit)).Requires(Permission.VisitSet)
            .WithSummary("Correct what is said of a visit; If-Match names the version that was read");
        visits.MapPost("/{visit}/opening", OpenVisit.Handle).WithName(nameof(OpenVisit)).Requires(Permission.VisitSet)
            .WithSummary("She is here: the visit begins");
        visits.MapPost("/{visit}/closing", CloseVisit.Handle).WithName(nameof(CloseVisit)).Requires(Permission.VisitSet)
            .WithSummary("The visit is over; all its notes are signed");
        visits.MapPost("/{visit}/cancellation", CancelVisit.Handle).WithName(nameof(CancelVisit)).Requires(Permission.VisitSet)
            .WithSummary("A planned visit does not take place");
        MapNotes(visits.MapGroup("/{visit}/notes").WithTags("Notes"));
    }

    private static void MapNotes(RouteGroupBuilder notes)
    {
        notes.MapGet("/", ListNotes.Handle).WithName(nameof(ListNotes)).Requires(Permission.NoteRead)
            .WithSummary("The notes of a visit, oldest first");
        notes.MapPost("/", WriteNote.Handle).WithName(nameof(WriteNote)).Requires(Permission.NoteWrite)
            .WithSummary("Begin a note about an open visit");
        notes.MapGet("/{note}", ReadNote.Handle).WithName(nameof(ReadNote)).Requires(Permission.NoteRead)
            .WithSummary("One note with its addenda");
        notes.MapPut("/{note}", ReviseNote.Handle).WithName(nameof(ReviseNote)).Requires(Permission.NoteWrite)
            .WithSummary("Replace the text of one's own draft");
        notes.MapDelete("/{note}", DiscardNote.Handle).WithName(nameof(DiscardNote)).Requires(Permission.NoteWrite)
            .WithSummary("Throw one's own draft away");
        notes.MapPost("/{note}/signature", SignNote.Handle).WithName(nameof(SignNote)).Requires(Permission.NoteSign)
            .WithSummary("Sign one's own draft: it does not change any more");
        notes.MapPost("/{note}/cosignature", CosignNote.Handle).WithName(nameof(CosignNote)).Requires(Permission.NoteSign)
            .WithSummary("Sign somebody else's signed note too");
        notes.MapPost("/{note}/addenda", AddAddendum.Handle).WithName(nameof(AddAddendum)).Requires(Permission.NoteWrite)
            .WithSummary("Add to a signed note");
    }
}
