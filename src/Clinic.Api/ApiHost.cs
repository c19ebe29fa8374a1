using System.Reflection;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Observe;
using Microsoft.AspNetCore.Http.Features;

namespace Clinic.Api;

/// <summary>The Api as one object: Program starts it on Lambda or Kestrel, tests start it on port 0.</summary>
public static class ApiHost
{
    /// <summary>
    /// What reaches a function, so that limits are the same everywhere: an event of 6 MB holds the body in base64, a third
    /// longer, beside headers that may fill the rest.
    /// </summary>
    private const long BodyBytesMax = 4_500_000;

    public static WebApplication Build(string[] args, AwsAccess aws, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = BodyBytesMax;
            k.AddServerHeader = false;
        });
        builder.Services.AddAWSLambdaHosting(LambdaEventSource.RestApi);
        builder.Services.AddLambdaWarmUp(ApiWarmUp.Run);
        builder.Logging.ClearProviders().AddProvider(JsonLines.ToStandardOutput("clinic-api"));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.AddSingleton(new ApiSettings(Origins(builder.Configuration)));
        builder.Services.AddClinic(aws);
        ApiPage.AddServices(builder.Services);
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UseClinic();
        app.MapClinic();
        ApiPage.Map(app);
        ConfirmPage.Map(app);
        app.MapGet("/health", () => TypedResults.Text("ok")).WithMetadata(new OutsideTheTrail("health check"))
            .ExcludeFromDescription().WithName("Health");
        return app;
    }

    private static string[] Origins(IConfiguration configuration) =>
        (configuration["CLINIC_ORIGINS"] ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
