using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Clinic.Testing;
using Clinic.Testing.Sweeps;
using Microsoft.AspNetCore.Http.Metadata;

namespace Clinic.HouseTests.Sweeps;

/// <summary>
/// Strict JSON on every route that takes it: each sample is bent in one place, and each bend must answer 400 as problem+json,
/// before anything looks at the values.
/// </summary>
internal static class BodySweep
{
    public static async Task<List<string>> Findings(SweepTarget target, SignedUpClinic clinic, JsonSerializerOptions options)
    {
        var findings = new List<string>();
        foreach (var (route, sample) in target.Sampled)
        {
            if (RequestType(route) is not { } type || sample.Body is null)
            {
                continue;
            }

            var shape = options.GetTypeInfo(type);
            var filled = await target.Fill(sample, clinic);
            var session = route.IsPermitted ? await target.Session(clinic, route.RightRole!.Value, fresh: false) : null;
            foreach (var (bend, body) in Bends(shape, options, filled.Body!))
            {
                var answer = await target.Send(filled with { Body = body }, session);
                if (answer.Status != HttpStatusCode.BadRequest
                    || answer.ContentHeaders.ContentType?.MediaType != "application/problem+json")
                {
                    findings.Add($"{route} answers {(int)answer.Status} to {bend}");
                }
            }
        }

        return findings;
    }

    /// <summary>What the handler reads from the body; null when it reads none, or not as a record of ours.</summary>
    public static Type? RequestType(Route route) => route.Endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;

    internal static IEnumerable<(string Bend, string Body)> Bends(JsonTypeInfo shape, JsonSerializerOptions options, string body)
    {
        yield return ("a body cut short", body[..^1]);
        yield return ("a body that is a list", $"[{body}]");
        yield return ("the body null", "null");
        if (shape.Properties.Any(p => p.IsRequired))
        {
            yield return ("an empty object", "{}");
        }

        foreach (var bend in BendsOf(shape, options, JsonNode.Parse(body)!.AsObject(), "$"))
        {
            yield return bend;
        }
    }

    private static IEnumerable<(string Bend, string Body)> BendsOf(JsonTypeInfo shape, JsonSerializerOptions options,
        JsonObject at, string path)
    {
        if (shape.Kind != JsonTypeInfoKind.Object || shape.Properties.Any(p => p.IsExtensionData))
        {
            yield break;
        }

        yield return ($"an unknown member in {path}", With(at, "unknownMember", "1"));
        foreach (var property in shape.Properties.Where(p => at.ContainsKey(p.Name)))
        {
            var place = $"{path}.{property.Name}";
            yield return ($"{place} twice", With(at, property.Name, at[property.Name]?.ToJsonString() ?? "null"));
            if (!property.IsSetNullable && property.AssociatedParameter is not { IsNullable: true })
            {
                yield return ($"{place} null", Bent(at, property.Name, null));
            }

            if (property.IsRequired)
            {
                yield return ($"{place} left out", Bent(at, property.Name, null, remove: true));
            }

            if (WrongKind(at[property.Name], property.PropertyType) is { } wrong)
            {
                yield return ($"{place} as {wrong.ToJsonString()}", Bent(at, property.Name, wrong));
            }

            if (at[property.Name] is JsonObject inner && inner.Root == at.Root)
            {
                foreach (var bend in BendsOf(options.GetTypeInfo(property.PropertyType), options, inner, place).ToList())
                {
                    yield return bend;
                }
            }
        }
    }

    /// <summary>The whole document with one member changed; the tree itself stays as it was.</summary>
    private static string Bent(JsonObject at, string member, JsonNode? value, bool remove = false)
    {
        var (root, here) = Copy(at);
        here[member] = value;
        if (remove)
        {
            here.Remove(member);
        }

        return root.ToJsonString();
    }

    /// <summary>The whole document with one member more, which may be there already: a tree cannot hold that, text can.</summary>
    private static string With(JsonObject at, string member, string value)
    {
        const string mark = "\"here-it-goes\":0";
        var (root, here) = Copy(at);
        here["here-it-goes"] = 0;
        return root.ToJsonString().Replace(mark, $"\"{member}\":{value}", StringComparison.Ordinal);
    }

    private static (JsonNode Root, JsonObject Here) Copy(JsonObject at)
    {
        var root = at.Root.DeepClone();
        var here = root;
        foreach (var step in at.GetPath().Split('.').Skip(1))
        {
            here = here[step]!;
        }

        return (root, here.AsObject());
    }

    private static JsonNode? WrongKind(JsonNode? value, Type type) => value?.GetValueKind() switch
    {
        _ when type == typeof(JsonElement) || typeof(JsonNode).IsAssignableFrom(type) => null,
        JsonValueKind.String => JsonValue.Create(7),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => JsonValue.Create("x"),
        JsonValueKind.Object => new JsonArray(),
        JsonValueKind.Array => new JsonObject(),
        _ => null,
    };
}
