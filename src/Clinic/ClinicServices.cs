using Clinic.Aadhaar;
using Clinic.Audit;
using Clinic.Chart;
using Clinic.Consent;
using Clinic.Containment;
using Clinic.Documents;
using Clinic.Exports;
using Clinic.Identity;
using Clinic.Imports;
using Clinic.Incidents;
using Clinic.Lockbox;
using Clinic.Notifications;
using Clinic.Patients;
using Clinic.Platform.Access;
using Clinic.Platform.Clocks;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Records;
using Clinic.Rounds;
using Clinic.Sheets;
using Clinic.Staff;
using Clinic.Tenancy;
using Clinic.Visits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Clinic;

/// <summary>
/// The public face of the library. Api and Worker register the same services; a slice does not know which of them runs it.
/// </summary>
public static class ClinicServices
{
    public static IServiceCollection AddClinic(this IServiceCollection services, AwsAccess aws)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(aws).AddSingleton(aws.Names).AddSingleton(aws.Budget);
        services.AddSingleton<TenantSessions>().AddSingleton<KeyCache>().AddSingleton<Keyring>().AddSingleton<KeyMaker>()
            .AddSingleton<SealedSpill>();
        services.AddSingleton<ShredLedger>().AddSingleton<KeyShredder>().AddSingleton<ReplayShreds>();
        services.AddSingleton<AuditChains>().AddSingleton<TrailWriter>().AddSingleton<TrailReader>().AddSingleton<Committer>()
            .AddSingleton<StoreParts>();
        services.AddSingleton(s => new TenantStores(s.GetRequiredService<StoreParts>()));
        services.AddSingleton<Sessions>().AddSingleton<PublicTrail>();
        services.AddSingleton<LoginPointers>().AddSingleton<CloudWarmUp>().AddSingleton<AuditWatch>();
        NotificationsModule.AddServices(services);
        ContainmentModule.AddServices(services);
        IncidentsModule.AddServices(services);
        LockboxModule.AddServices(services);
        ImportsModule.AddServices(services);
        SheetsModule.AddServices(services);
        DocumentsModule.AddServices(services);
        RoundsModule.AddServices(services);
        ExportsModule.AddServices(services);
        ChartModule.AddServices(services);
        VisitsModule.AddServices(services);
        services.AddSingleton(_ => Clocks()).AddSingleton(_ => Consumers()).AddSingleton<DueClocks>();
        services.ConfigureHttpJsonOptions(o => ClinicJson.Apply(o.SerializerOptions, Contexts));
        // X-Request-Id names the request; a trace id in the body would tell two like answers apart (ISO-2).
        services.AddProblemDetails(o => o.CustomizeProblemDetails = c => c.ProblemDetails.Extensions.Remove("traceId"));
        return services;
    }

    /// <summary>
    /// The log outermost, to see what is answered; then faults, the guard, what the body is, idempotency: the order is the road
    /// of the house.
    /// </summary>
    public static void UseClinic(this IApplicationBuilder app)
    {
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<Faults>();
        app.UseRouting();
        app.UseMiddleware<Guard>();
        app.UseMiddleware<BodyForm>();
        app.UseMiddleware<IdempotencyFilter>();
    }

    public static void MapClinic(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1");
        TenancyModule.Map(v1);
        IdentityModule.Map(v1);
        StaffModule.Map(v1);
        PatientsModule.Map(v1);
        AadhaarModule.Map(v1);
        ConsentModule.Map(v1);
        VisitsModule.Map(v1);
        ChartModule.Map(v1);
        AuditModule.Map(v1);
        IncidentsModule.Map(v1);
        ContainmentModule.Map(v1);
        var platform = app.MapGroup("/platform/v1");
        IncidentsModule.MapPlatform(platform);
        ContainmentModule.MapPlatform(platform);
        LockboxModule.Map(v1);
        LockboxModule.MapPlatform(platform);
        RecordsModule.Map(v1);
        ImportsModule.Map(v1);
        SheetsModule.Map(v1);
        DocumentsModule.Map(v1);
        ExportsModule.Map(v1);
    }

    /// <summary>The messages of one queue, for the worker's host.</summary>
    internal static QueueMessages QueueMessages(this IServiceProvider services, QueueSpec queue) => new(
        services, services.GetRequiredService<Consumers>(), services.GetRequiredService<TenantStores>(), queue,
        services.GetRequiredService<ILogger<QueueMessages>>());

    private static System.Text.Json.Serialization.JsonSerializerContext[] Contexts =>
    [
        HttpJson.Default, TenancyJson.Default, IdentityJson.Default, StaffJson.Default,
        PatientsJson.Default, ConsentJson.Default, AuditJson.Default,
        IncidentsJson.Default, ContainmentJson.Default, LockboxJson.Default,
        ImportsJson.Default, AadhaarJson.Default, VisitsJson.Default, DocumentsJson.Default, ChartJson.Default,
        RecordsJson.Default, SheetsJson.Default, ExportsJson.Default,
    ];

    private static ClockHandlers Clocks()
    {
        var clocks = new ClockHandlers();
        TenancyModule.Register(clocks);
        IdentityModule.Register(clocks);
        StaffModule.Register(clocks);
        ImportsModule.Register(clocks);
        SheetsModule.Register(clocks);
        DocumentsModule.Register(clocks);
        RoundsModule.Register(clocks);
        AadhaarModule.Register(clocks);
        LockboxModule.Register(clocks);
        ExportsModule.Register(clocks);
        return clocks;
    }

    private static Consumers Consumers()
    {
        var consumers = new Consumers();
        NotificationsModule.Register(consumers);
        IncidentsModule.Register(consumers);
        ContainmentModule.Register(consumers);
        LockboxModule.Register(consumers);
        ImportsModule.Register(consumers);
        SheetsModule.Register(consumers);
        DocumentsModule.Register(consumers);
        PatientsModule.Register(consumers);
        RoundsModule.Register(consumers);
        ExportsModule.Register(consumers);
        consumers.OnSignal(Topics.ClockTick, (services, _, ct) => services.GetRequiredService<DueClocks>().Run(ct));
        return consumers;
    }
}
