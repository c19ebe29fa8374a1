using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Clinic.Platform.Http;

/// <summary>
/// Strict JSON for every request: no missing or null member where the type has none, no unknown member, no duplicate, bounded
/// depth. The defaults of the framework accept {} and answer 500 later.
/// </summary>
internal static class ClinicJson
{
    private const int DepthMax = 32;

    public static void Apply(JsonSerializerOptions options, IEnumerable<IJsonTypeInfoResolver> contexts)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.MaxDepth = DepthMax;
        options.Converters.Add(new InstantConverter());
        options.TypeInfoResolverChain.Clear();
        foreach (var context in contexts)
        {
            options.TypeInfoResolverChain.Add(context.WithAddedModifier(RefuseNullItems));
        }
    }

    /// <summary>
    /// Nullable annotations are respected for members and parameters, but the framework does not know them for the items of a
    /// list: [null] would come in as a list of something and be a fault later.
    /// </summary>
    private static void RefuseNullItems(JsonTypeInfo type)
    {
        if (type is { Kind: JsonTypeInfoKind.Enumerable, ElementType.IsValueType: false })
        {
            type.OnDeserialized = list =>
            {
                if (((IEnumerable)list).Cast<object?>().Contains(null))
                {
                    throw new JsonException("A list has no null in it.");
                }
            };
        }
    }
}
