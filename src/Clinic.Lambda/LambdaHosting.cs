using Clinic.Lambda;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Where a function's requests come from.</summary>
public enum LambdaEventSource
{
    /// <summary>API Gateway REST API: proxy events of payload version 1.0.</summary>
    RestApi,
}

/// <summary>Settings of <see cref="LambdaHosting.AddAWSLambdaHosting"/>.</summary>
public sealed class HostingOptions
{
    /// <summary>
    /// Host and port of the Runtime API; null takes it from the environment. Set, it makes this process serve events wherever
    /// it runs: several functions in one process, for tests.
    /// </summary>
    public string? RuntimeApi { get; set; }
}

/// <summary>
/// Named and shaped like Amazon.Lambda.AspNetCoreServer.Hosting, so that the official package takes this project's place by
/// deleting it (docs/adr/0011).
/// </summary>
public static class LambdaHosting
{
    /// <summary>On Lambda, replaces the application's server by one that serves events; elsewhere does nothing.</summary>
    public static IServiceCollection AddAWSLambdaHosting(
        this IServiceCollection services, LambdaEventSource eventSource, Action<HostingOptions>? configure = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(eventSource, LambdaEventSource.RestApi);
        var options = new HostingOptions();
        configure?.Invoke(options);
        if (options.RuntimeApi is null && !LambdaEnvironment.IsLambda)
        {
            return services;
        }

        services.Configure<HostingOptions>(o => o.RuntimeApi = options.RuntimeApi);
        services.RemoveAll<IServer>();
        return services.AddSingleton<IServer, RestServer>();
    }

    /// <summary>
    /// Runs before the first event is asked for, on Lambda only. It must leave nothing behind: nobody called yet, so nothing it
    /// does stands in a trail. When it fails or takes longer than five seconds the function starts all the same.
    /// </summary>
    public static IServiceCollection AddLambdaWarmUp(
        this IServiceCollection services, Func<IServiceProvider, PushRequest, CancellationToken, Task> warmUp) =>
        services.AddSingleton(new WarmUp(warmUp));
}
