using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Route = Clinic.Testing.Sweeps.Route;

namespace Clinic.HouseTests.Sweeps;

internal sealed record PlantedTenant(string Tenant);

/// <summary>Endpoints that are looked at by their signatures and never served.</summary>
internal static class PlantedHandlers
{
    public static readonly Action<PlantedTenant> TakesTenant = tenant => _ = tenant;

    public static Route RouteOf(Delegate handler) => Make(handler.Method);

    public static Route Accepting(Type type) => Make(new AcceptsMetadata(["application/json"], type));

    private static Route Make(object metadata)
    {
        var pattern = RoutePatternFactory.Parse("/planted/never");
        var endpoint = new RouteEndpoint(_ => Task.CompletedTask, pattern, 0, new EndpointMetadataCollection(metadata),
            "planted");
        return new Route("Planted", "POST", "/planted/never", null, false, null, endpoint);
    }
}
