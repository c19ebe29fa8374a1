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
        options.TypeInfoResolverChain.Clear();
        foreach (var context in contexts)
        {
            options.TypeInfoResolverChain.Add(context);
        }
    }
}
