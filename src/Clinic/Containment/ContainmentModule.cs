using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Containment;

/// <summary>Freezing a clinic, and lifting that.</summary>
public static class ContainmentModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var clinics = v1.MapGroup("/clinics").WithTags("Clinics");
        clinics.MapPost("/current/freeze", FreezeOwnClinic.Handle).WithName(nameof(FreezeOwnClinic))
            .Requires(Permission.ClinicFreeze)
            .ExemptFromIdempotency("the clinic answers nothing any more")
            .WithSummary("Freeze one's own clinic at once; lifting it takes an operator and a link by mail");
        clinics.MapPost("/releases", ReleaseByLink.Handle).WithName(nameof(ReleaseByLink))
            .OpenToAll("nobody can sign in to a frozen clinic; the token of the mail is the proof")
            .ExemptFromIdempotency("a token works once")
            .WithSummary("Lift one's own freeze by the token of the mail that an operator had sent");
    }

    public static void MapPlatform(IEndpointRouteBuilder v1)
    {
        var clinics = v1.MapGroup("/clinics").WithTags("Platform clinics");
        clinics.MapGet("/{clinic}/freeze", ReadFreeze.Handle).WithName(nameof(ReadFreeze))
            .Requires(Permission.PlatformClinicFreeze)
            .WithSummary("Whether a clinic is frozen, and the last freeze that an operator had a hand in");
        clinics.MapPost("/{clinic}/freeze", FreezeClinic.Handle).WithName(nameof(FreezeClinic))
            .Requires(Permission.PlatformClinicFreeze)
            .WithSummary("Freeze a clinic: refused from the next request on, everywhere");
        clinics.MapPost("/{clinic}/release", ReleaseClinic.Handle).WithName(nameof(ReleaseClinic))
            .Requires(Permission.PlatformClinicFreeze)
            .WithSummary("Lift the platform's freeze; of an owner's own: send her the link that lifts it");
    }

    internal static void AddServices(IServiceCollection services) => services.AddSingleton<FreezeOrders>();

    internal static void Register(Consumers consumers)
    {
        consumers.On(Topics.FreezeOrdered, (s, m, ct) => BringFreeze.Handle(m, s.GetRequiredService<TenantStores>(), ct));
        consumers.OnNotice(Topics.FreezeNotice, (s, m, ct) => SendFreezeNotice.Handle(
            m, s.GetRequiredService<MailDelivery>(), s.GetRequiredService<MailSettings>(), s.GetRequiredService<TimeProvider>(),
            ct));
        consumers.On(Topics.ClinicReleased, (s, m, ct) => ResumeClinic.Handle(
            m, s.GetRequiredService<TenantStores>(), s.GetRequiredService<TimeProvider>(), ct));
    }
}
