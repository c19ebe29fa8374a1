using System.Text.Json.Nodes;

namespace Clinic.Testing.Hostile;

/// <summary>The OpenAPI document of a running Api, as far as it says what a request may be.</summary>
public sealed class ApiDocument(JsonObject document)
{
    private readonly JsonObject schemas = document["components"]!["schemas"]!.AsObject();

    public static async Task<ApiDocument> Of(Uri api)
    {
        using var http = new HttpClient { BaseAddress = api };
        return new ApiDocument(JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json"))!.AsObject());
    }

    public ApiOperation Operation(string name)
    {
        var (pattern, found) = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject(), (p, o) => (p.Key, o.Value!))
            .First(o => o.Item2["operationId"]?.ToString() == name);
        var parameters = (found["parameters"]?.AsArray() ?? []).Select(p => new ApiParameter(
            p!["name"]!.ToString(), p["in"]!.ToString(), Schema(p["schema"]))).ToList();
        var body = found["requestBody"]?["content"]?["application/json"]?["schema"];
        var method = document["paths"]![pattern]!.AsObject().First(o => o.Value == found).Key;
        var collection = document["paths"]![pattern[..pattern.LastIndexOf('/')]]?[method] is not null;
        return new ApiOperation(name, pattern, parameters, body is null ? null : Schema(body), collection);
    }

    /// <summary>A schema with its reference followed; "null or one of" is the other one, nullable.</summary>
    private ApiSchema Schema(JsonNode? node)
    {
        var schema = node as JsonObject ?? [];
        if (schema["$ref"]?.ToString().Split('/')[^1] is { } name)
        {
            return Schema(schemas[name]);
        }

        if (schema["oneOf"] is JsonArray choices)
        {
            var nullable = choices.Any(c => c!["type"]?.ToString() == "null");
            return Schema(choices.First(c => c!["type"]?.ToString() != "null")) with { IsNullable = nullable };
        }

        string[] types = schema["type"] switch
        {
            JsonArray several => [.. several.Select(t => t!.ToString())],
            JsonValue one => [one.ToString()],
            _ => schema.ContainsKey("enum") ? ["string"] : [],
        };
        return new ApiSchema(
            types.FirstOrDefault(t => t != "null"), types.Contains("null"), schema["format"]?.ToString(),
            [.. (schema["enum"]?.AsArray() ?? []).Select(c => c!.ToString())],
            [.. (schema["required"]?.AsArray() ?? []).Select(r => r!.ToString())],
            (schema["properties"]?.AsObject() ?? []).ToDictionary(p => p.Key, p => Schema(p.Value)),
            schema["items"] is { } items ? Schema(items) : null);
    }
}

/// <param name="HasCollection">One segment less is an operation too: a path that lost its id is right.</param>
public sealed record ApiOperation(
    string Name, string Pattern, IReadOnlyList<ApiParameter> Parameters, ApiSchema? Body, bool HasCollection)
{
    public IEnumerable<ApiParameter> Query => Parameters.Where(p => p.In == "query");
}

public sealed record ApiParameter(string Name, string In, ApiSchema Schema);

/// <param name="Type">A primitive of JSON, object or array; null when the document does not say.</param>
public sealed record ApiSchema(
    string? Type, bool IsNullable, string? Format, IReadOnlyList<string> Codes, IReadOnlyList<string> Required,
    IReadOnlyDictionary<string, ApiSchema> Members, ApiSchema? Items);
