using Clinic.Notifications;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Lockbox;

/// <summary>The platform reads nothing of a clinic but what an owner granted: asked for, approved, used, ended.</summary>
public static class LockboxModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var requests = v1.MapGroup("/access-requests").WithTags("Access of the platform");
        requests.MapGet("/", ListAccess.Handle).WithName(nameof(ListAccess)).Requires(Permission.AccessGrant)
            .WithSummary("Requests of the platform for access, newest first");
        requests.MapGet("/{request}", ReadAccess.Handle).WithName(nameof(ReadAccess)).Requires(Permission.AccessGrant)
            .WithSummary("A request for access: who asks, why, for what and for how long");
        requests.MapPost("/{request}/approval", AnswerAccess.Approve).WithName("ApproveAccess")
            .Requires(Permission.AccessGrant)
            .WithSummary("Approve a request, as it is or narrowed; If-Match names the version that was read");
        requests.MapPost("/{request}/refusal", AnswerAccess.Refuse).WithName("RefuseAccess").Requires(Permission.AccessGrant)
            .WithSummary("Refuse a request; If-Match names the version that was read");
        requests.MapPost("/{request}/revocation", AnswerAccess.Revoke).WithName("RevokeAccess")
            .Requires(Permission.AccessGrant)
            .WithSummary("Take a grant back at once; If-Match names the version that was read");
    }

    public static void MapPlatform(IEndpointRouteBuilder v1)
    {
        var requests = v1.MapGroup("/access-requests").WithTags("Platform access");
        requests.MapPost("/", AskAccess.Handle).WithName(nameof(AskAccess)).Requires(Permission.PlatformAccessAsk)
            .WithSummary("Ask a clinic for access; its owner answers");
        requests.MapGet("/{request}", ReadAskedAccess.Handle).WithName(nameof(ReadAskedAccess))
            .Requires(Permission.PlatformAccessAsk)
            .WithSummary("What became of a request for access");
        var grants = v1.MapGroup("/grants").WithTags("Platform access");
        grants.MapGet("/{grant}/patients/{patient}", ReadGrantedPatient.Handle).WithName(nameof(ReadGrantedPatient))
            .Requires(Permission.PlatformAccessUse)
            .WithSummary("A patient as far as one's own grant goes; the read stands in the clinic's trail");
        grants.MapGet("/{grant}/imports/{import}", ReadGrantedImport.Handle).WithName(nameof(ReadGrantedImport))
            .Requires(Permission.PlatformAccessUse)
            .WithSummary("The report of an import under one's own grant");
        grants.MapGet("/{grant}/trail", ReadGrantedTrail.Handle).WithName(nameof(ReadGrantedTrail))
            .Requires(Permission.PlatformAccessUse)
            .WithSummary("The clinic's trail of the last seven days under one's own grant");
    }

    internal static void AddServices(IServiceCollection services) => services.AddSingleton<GrantDoor>();

    internal static void Register(Consumers consumers)
    {
        consumers.On(Topics.AccessAsked, (s, m, ct) => ReceiveAccess.Handle(
            m, s.GetRequiredService<TenantStores>(), s.GetRequiredService<TimeProvider>(), ct));
        consumers.OnNotice(Topics.AccessNotice, (s, m, ct) => SendAccessNotice.Handle(
            m, s.GetRequiredService<MailDelivery>(), s.GetRequiredService<MailSettings>(), ct));
    }

    internal static void Register(ClockHandlers clocks)
    {
        foreach (var kind in (Duration[])[Durations.AccessAsked, Durations.AccessGranted])
        {
            clocks.On(kind.Name, (_, due, now, ct) => EndAccess.Strike(due, now, ct));
        }
    }
}
