using Clinic.Lambda;
using Clinic.Platform.Store;

namespace Clinic.Api;

/// <summary>What the Api does on Lambda before its first client: see <see cref="LambdaHosting.AddLambdaWarmUp"/>.</summary>
internal static class ApiWarmUp
{
    /// <summary>
    /// One request through the whole pipeline, and connections to what nearly every request needs. Nobody called, so nothing is
    /// written and nobody's data is read: no entry of the trail is owed.
    /// </summary>
    public static Task Run(IServiceProvider services, PushRequest push, CancellationToken ct) => Task.WhenAll(
        push("/health", ct),
        services.GetRequiredService<CloudWarmUp>().Connect(ct));
}
