using Clinic.Platform.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Testing.Sweeps;

/// <summary>One endpoint of the real table, with what it declares about itself.</summary>
public sealed record Route(
    string Name, string Method, string Pattern, RouteAccess? Access, bool IsOutsideTheTrail, NotIdempotent? NotIdempotent,
    RouteEndpoint Endpoint)
{
    /// <summary>The roles that a session in these sweeps can have; the first that a route permits is its right one.</summary>
    public static readonly IReadOnlyList<Role> SweptRoles =
        [Role.Owner, Role.Operator, Role.Doctor, Role.Receptionist];

    public Permission? Permission => (Access as RouteAccess.Permitted)?.Permission;

    public bool IsPermitted => Permission is not null;

    public bool ChangesState => Method is not ("GET" or "HEAD");

    public bool IsReplayable => Method == "POST" && IsPermitted && NotIdempotent is null;

    public Role? RightRole => Permission is { } p ? SweptRoles.Cast<Role?>().FirstOrDefault(r => Policy.Allows(r!.Value, p))
        : null;

    public IEnumerable<Role> WrongRoles => Permission is { } p ? SweptRoles.Where(r => !Policy.Allows(r, p)) : [];

    /// <summary>Whether it is about one patient of the caller's own clinic.</summary>
    public bool IsOfAPatient => Pattern.StartsWith("/v1/", StringComparison.Ordinal)
        && Pattern.Contains("{patient}", StringComparison.Ordinal);

    public static IReadOnlyList<Route> Of(IServiceProvider services) =>
    [
        .. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(Each)
            .OrderBy(r => r.Pattern, StringComparer.Ordinal).ThenBy(r => r.Method, StringComparer.Ordinal),
    ];

    public override string ToString() => $"{Name} ({Method} {Pattern})";

    private static IEnumerable<Route> Each(RouteEndpoint endpoint)
    {
        var pattern = "/" + (endpoint.RoutePattern.RawText ?? "").Trim('/');
        var name = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "unnamed";
        return (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(method => new Route(
            name, method, pattern, endpoint.Metadata.GetMetadata<RouteAccess>(),
            endpoint.Metadata.GetMetadata<OutsideTheTrail>() is not null,
            endpoint.Metadata.GetMetadata<NotIdempotent>(), endpoint));
    }
}
