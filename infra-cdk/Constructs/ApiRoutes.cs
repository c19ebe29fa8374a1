using Amazon.Runtime;
using Clinic.Api;
using Clinic.Platform.Cloud;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Clinic.Infra.Constructs;

/// <summary>A method and path as API Gateway spells it, with the name of the endpoint behind it.</summary>
internal sealed record ApiRoute(string Method, string Path, string Endpoint);

/// <summary>
/// The routes of the gateway, read from the endpoints of the Api itself: a list of its own could only be the same or wrong.
/// </summary>
internal static class ApiRoutes
{
    /// <summary>Served by middleware, which has no endpoints: the page to try the API.</summary>
    public const string Pages = "Pages";

    /// <summary>A variable takes a whole segment at the gateway; this one is a part, and has one value.</summary>
    private static readonly Dictionary<string, string> InPart = new() { ["{documentName}.json"] = "v1.json" };

    private static readonly Lazy<IReadOnlyList<ApiRoute>> Read = new(() => Of(Endpoints()));

    public static IReadOnlyList<ApiRoute> All => Read.Value;

    /// <exception cref="NotSupportedException">The gateway could not tell these routes apart, or cannot spell one.</exception>
    public static IReadOnlyList<ApiRoute> Of(IEnumerable<RouteEndpoint> endpoints)
    {
        ApiRoute[] routes =
        [
            .. endpoints.SelectMany(Each).Append(new ApiRoute("GET", "/docs", Pages)).Append(new("GET", "/docs/{file+}", Pages))
                .OrderBy(route => route.Path, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal),
        ];
        Distinct(routes);
        return routes;
    }

    /// <summary>Nothing is called while the Api is built; the credentials only keep the SDK from looking for others.</summary>
    public static IReadOnlyList<RouteEndpoint> Endpoints()
    {
        var aws = new AwsAccess(CloudNames.Local, new Uri("http://127.0.0.1:9"), new BasicAWSCredentials("none", "none"));
        var app = ApiHost.Build([], aws);
        try
        {
            return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];
        }
        finally
        {
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static IEnumerable<ApiRoute> Each(RouteEndpoint endpoint)
    {
        var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(Segment));
        var name = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? path;
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods
            ?? throw new NotSupportedException($"{path} answers every method; the gateway is told each.");
        return methods.Select(method => new ApiRoute(method, path, name));
    }

    private static string Segment(RoutePatternPathSegment segment)
    {
        var text = string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart { IsOptional: false, IsCatchAll: false } parameter => $"{{{parameter.Name}}}",
            RoutePatternParameterPart { IsCatchAll: true } parameter => $"{{{parameter.Name}+}}",
            _ => throw new NotSupportedException("A segment that may be absent is two routes at the gateway."),
        }));
        return segment.IsSimple ? text : InPart.GetValueOrDefault(text)
            ?? throw new NotSupportedException($"{text}: a variable takes a whole segment at the gateway.");
    }

    /// <summary>At one place the gateway takes one variable, and refuses a sibling of another name.</summary>
    private static void Distinct(IReadOnlyList<ApiRoute> routes)
    {
        Dictionary<string, string> variables = [];
        foreach (var path in routes.Select(route => route.Path))
        {
            for (var at = path.IndexOf('{', StringComparison.Ordinal); at >= 0; at = path.IndexOf('{', at + 1))
            {
                var variable = path[at..(path.IndexOf('}', at) + 1)];
                if (!variables.TryAdd(path[..at], variable) && variables[path[..at]] != variable)
                {
                    throw new NotSupportedException($"{path}: {variable} stands where {variables[path[..at]]} stands elsewhere.");
                }
            }
        }

        if (routes.DistinctBy(route => (route.Method, route.Path)).Count() != routes.Count)
        {
            throw new NotSupportedException("Two endpoints have one route at the gateway.");
        }
    }
}
