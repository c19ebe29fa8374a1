using Clinic.Notifications;
using Clinic.Platform.Cloud;
using Clinic.Platform.Observe;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clinic.Worker;

/// <summary>The services of a worker; Program runs them on Lambda, tests inside their own process.</summary>
public static class WorkerHost
{
    /// <param name="mail">Null for a function that sends none.</param>
    public static ServiceProvider Build(AwsAccess aws, MailSettings? mail, Action<IServiceCollection>? adjust = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(l => l.AddProvider(JsonLines.ToStandardOutput("clinic-worker")).AddFilter("Microsoft", LogLevel.Warning));
        if (mail is not null)
        {
            services.AddSingleton(mail);
        }

        adjust?.Invoke(services);
        services.AddClinic(aws);
        return services.BuildServiceProvider();
    }
}
