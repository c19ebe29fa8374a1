using Microsoft.AspNetCore.Builder;

namespace Clinic.Platform.Access;

/// <summary>What a route declares about access; a route that declares nothing answers 403 to everybody.</summary>
public abstract record RouteAccess
{
    /// <summary>A session whose role holds this permission.</summary>
    public sealed record Permitted(Permission Permission) : RouteAccess;

    /// <summary>Anybody: sign-up, sign-in and the like. The list of these is pinned by a test.</summary>
    public sealed record Open(string Why) : RouteAccess;
}

/// <summary>A POST that is never replayed by key: it makes a secret or changes nothing (design, data).</summary>
public sealed record NotIdempotent(string Why);

public static class RouteAccessExtensions
{
    public static TBuilder Requires<TBuilder>(this TBuilder builder, Permission permission)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(e => e.Metadata.Add(new RouteAccess.Permitted(permission)));
        return builder;
    }

    public static TBuilder OpenToAll<TBuilder>(this TBuilder builder, string why)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(e => e.Metadata.Add(new RouteAccess.Open(why)));
        return builder;
    }

    public static TBuilder ExemptFromIdempotency<TBuilder>(this TBuilder builder, string why)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(e => e.Metadata.Add(new NotIdempotent(why)));
        return builder;
    }
}
