using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Incidents;

/// <summary>Incidents: opened by operators of the platform, brought to the affected clinics, read by both.</summary>
public static class IncidentsModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var incidents = v1.MapGroup("/incidents").WithTags("Incidents");
        incidents.MapGet("/", ListIncidents.Handle).WithName(nameof(ListIncidents)).Requires(Permission.IncidentRead)
            .WithSummary("Incidents that concern the clinic, newest first");
        incidents.MapGet("/{incident}", ReadIncident.Handle).WithName(nameof(ReadIncident)).Requires(Permission.IncidentRead)
            .WithSummary("The clinic's copy of an incident, with the clocks that run");
        incidents.MapPost("/{incident}/people-notices", OrderIncidentNotices.Handle).WithName(nameof(OrderIncidentNotices))
            .Requires(Permission.NoticesOrder)
            .WithSummary("Have the people concerned told by mail, once for an incident; a drill sends nothing");
        incidents.MapGet("/{incident}/people-notices", ReadIncidentNotices.Handle).WithName(nameof(ReadIncidentNotices))
            .Requires(Permission.IncidentRead)
            .WithSummary("How far telling the people concerned has come");
    }

    public static void MapPlatform(IEndpointRouteBuilder v1)
    {
        var incidents = v1.MapGroup("/incidents").WithTags("Platform incidents");
        incidents.MapPost("/", OpenIncident.Handle).WithName(nameof(OpenIncident)).Requires(Permission.PlatformIncidentOpen)
            .WithSummary("Open an incident or a drill; the affected clinics are told by the workers");
        incidents.MapGet("/", ListIncidents.Handle).WithName("ListPlatformIncidents").Requires(Permission.PlatformIncidentRead)
            .WithSummary("All incidents, newest first");
        incidents.MapGet("/{incident}", ReadPlatformIncident.Handle).WithName(nameof(ReadPlatformIncident))
            .Requires(Permission.PlatformIncidentRead)
            .WithSummary("An incident with its clocks and how far telling each clinic has come");
        incidents.MapPost("/{incident}/clinics/{clinic}/people-notices", OrderIncidentNoticesOfClinic.Handle)
            .WithName(nameof(OrderIncidentNoticesOfClinic)).Requires(Permission.PlatformNoticesOrder)
            .WithSummary("Have the people of an affected clinic told, frozen or not, once for an incident and clinic");
        incidents.MapGet("/{incident}/clinics/{clinic}/people-notices", ReadIncidentNoticesOfClinic.Handle)
            .WithName(nameof(ReadIncidentNoticesOfClinic)).Requires(Permission.PlatformIncidentRead)
            .WithSummary("How far telling the people of an affected clinic has come: numbers alone");
    }

    internal static void AddServices(IServiceCollection services) => services.AddSingleton<NoticesOfClinics>();

    internal static void Register(Consumers consumers)
    {
        consumers.On(Topics.IncidentPeopleOrdered, (s, m, ct) => ReceiveNotices.Handle(
            m, s.GetRequiredService<TenantStores>(), s.GetRequiredService<TimeProvider>(), ct));
        consumers.OnNotice(Topics.IncidentPeople, (s, m, ct) => WalkPeople.Handle(
            m, s.GetRequiredService<TimeProvider>(), ct));
        consumers.OnNotice(Topics.IncidentPerson, (s, m, ct) => SendPersonNotice.Handle(
            m, s.GetRequiredService<MailDelivery>(), s.GetRequiredService<MailSettings>(),
            s.GetRequiredService<TimeProvider>(), ct));
        consumers.On(Topics.IncidentOpened, (s, m, ct) => ReceiveIncident.Handle(
            m, s.GetRequiredService<TenantStores>(), s.GetRequiredService<TimeProvider>(), ct));
        consumers.OnNotice(Topics.IncidentNotice, (s, m, ct) => SendIncidentNotice.Handle(
            m, s.GetRequiredService<MailDelivery>(), s.GetRequiredService<MailSettings>(),
            s.GetRequiredService<TimeProvider>(), ct));
        consumers.OnNotice(Topics.IncidentTold, (s, m, ct) => RecordClinicTold.Handle(
            m, s.GetRequiredService<TenantStores>(), s.GetRequiredService<TimeProvider>(), ct));
    }
}
