using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Clinic.Platform.Http;

/// <summary>
/// Where a body does not fit its schema, in the schema's own words: a member that it does not have is the client's text and is
/// not repeated (the field is then the object that holds it).
/// </summary>
internal static class JsonFields
{
    public const string Whole = "body";

    /// <summary>As "patient.name.given" or "consents[0]".</summary>
    public static string Of(HttpContext http, JsonException fault, JsonSerializerOptions options)
    {
        var type = http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        return type is not null && options.TryGetTypeInfo(type, out var shape) ? Known(fault.Path ?? "$", shape, options) : Whole;
    }

    internal static string Known(string path, JsonTypeInfo shape, JsonSerializerOptions options)
    {
        var known = "";
        var rest = path.AsSpan().TrimStart('$');
        while (Step(ref rest, out var name, out var index))
        {
            if (index is not null && shape.Kind == JsonTypeInfoKind.Enumerable)
            {
                known += $"[{index}]";
                shape = options.GetTypeInfo(shape.ElementType!);
            }
            else if (name is not null && shape.Properties.FirstOrDefault(p => p.Name == name) is { } property)
            {
                known += known.Length == 0 ? name : "." + name;
                shape = options.GetTypeInfo(property.PropertyType);
            }
            else
            {
                break;
            }
        }

        return known.Length == 0 ? Whole : known;
    }

    /// <summary>
    /// One step off the path: ".name" or "[7]"; false at the end and at whatever else a client's names make of it.
    /// </summary>
    private static bool Step(ref ReadOnlySpan<char> rest, out string? name, out int? index)
    {
        (name, index) = (null, null);
        if (rest.StartsWith("."))
        {
            var end = rest[1..].IndexOfAny('.', '[');
            name = (end < 0 ? rest[1..] : rest[1..(end + 1)]).ToString();
            rest = rest[(name.Length + 1)..];
            return name.Length > 0;
        }

        var close = rest.IndexOf(']');
        if (!rest.StartsWith("[") || close < 0 || !int.TryParse(rest[1..close], out var number))
        {
            return false;
        }

        index = number;
        rest = rest[(close + 1)..];
        return true;
    }
}
