using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.HouseTests.Sweeps;

/// <summary>
/// What handlers take and answer, by their signatures. A complex parameter that nobody registered is bound from the body, so a type
/// that must never come from a client is named here by not being a request.
/// </summary>
internal static class HandlerShapes
{
    public static IEnumerable<string> BoundFromBody(IEnumerable<Route> routes, IServiceProvider services)
    {
        var isService = services.GetRequiredService<IServiceProviderIsService>();
        return
            from route in routes
            from parameter in route.Endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? []
            where !IsGiven(parameter.ParameterType, isService) && !IsText(parameter.ParameterType)
                && !parameter.ParameterType.Name.EndsWith("Request", StringComparison.Ordinal)
            select $"{route} would bind {parameter.ParameterType.Name} {parameter.Name} from the body";
    }

    /// <summary>Types that travel as JSON and that no source-generated context knows: they would be a 500 at run time.</summary>
    public static IEnumerable<string> WithoutShape(IEnumerable<Route> routes, JsonSerializerOptions options) =>
        from route in routes
        from type in Travelling(route).Distinct()
        where !options.TypeInfoResolverChain.Any(r => r.GetTypeInfo(type, options) is not null)
        select $"{route}: {type.Name} is in no JSON context";

    private static IEnumerable<Type> Travelling(Route route)
    {
        if (BodySweep.RequestType(route) is { } request)
        {
            yield return request;
        }

        var answers = route.Endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
            .Where(p => p.ContentTypes.Any(c => c.EndsWith("json", StringComparison.Ordinal)));
        foreach (var answer in answers.Where(p => p.Type is not null && p.Type != typeof(void)))
        {
            yield return answer.Type!;
        }
    }

    private static bool IsGiven(Type type, IServiceProviderIsService isService) =>
        type == typeof(HttpContext) || type == typeof(HttpRequest) || type == typeof(HttpResponse) || type == typeof(CancellationToken)
        || isService.IsService(type) || type.GetMethod("BindAsync", BindingFlags.Public | BindingFlags.Static) is not null;

    private static bool IsText(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) || plain.IsPrimitive || plain.IsEnum
            || plain.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>));
    }
}
