using System.Reflection;
using System.Text.Json;
using Clinic.Testing.Sweeps;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.HouseTests.Sweeps;

/// <summary>
/// What handlers take and answer, by their signatures. A complex parameter that nobody registered is bound from the body, so a
/// type that must never come from a client is named here by not being a request.
/// </summary>
internal static class HandlerShapes
{
    private static readonly string[] RequestNames = ["Request", "Form"];

    public static IEnumerable<string> BoundFromBody(IEnumerable<Route> routes, IServiceProvider services)
    {
        var isService = services.GetRequiredService<IServiceProviderIsService>();
        return
            from route in routes
            from parameter in (route.Endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? []).SelectMany(Bound)
            where !IsGiven(parameter.Type, isService) && !IsText(parameter.Type)
                && !RequestNames.Any(n => parameter.Type.Name.EndsWith(n, StringComparison.Ordinal))
            select $"{route} would bind {parameter.Type.Name} {parameter.Name} from the body";
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

    /// <summary>A parameter, or the members of one that only gathers others.</summary>
    private static IEnumerable<(string Name, Type Type)> Bound(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<AsParametersAttribute>() is null)
        {
            return [(parameter.Name!, parameter.ParameterType)];
        }

        var members = parameter.ParameterType.GetConstructors().Single().GetParameters();
        return members.Length > 0
            ? members.Select(m => (m.Name!, m.ParameterType))
            : parameter.ParameterType.GetProperties().Select(p => (p.Name, p.PropertyType));
    }

    private static bool IsGiven(Type type, IServiceProviderIsService isService) =>
        type == typeof(HttpContext) || type == typeof(HttpRequest) || type == typeof(HttpResponse)
            || type == typeof(CancellationToken)
        || isService.IsService(type) || type.GetMethod("BindAsync", BindingFlags.Public | BindingFlags.Static) is not null;

    private static bool IsText(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) || plain.IsPrimitive || plain.IsEnum
            || plain.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>));
    }
}
