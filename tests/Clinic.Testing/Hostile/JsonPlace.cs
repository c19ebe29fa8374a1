using System.Text;
using System.Text.Json.Nodes;

namespace Clinic.Testing.Hostile;

/// <summary>
/// A place in a JSON body, by members and indexes from the root; edits are textual, so that they may be wrong JSON.
/// </summary>
public sealed record JsonPlace(IReadOnlyList<string> Steps, ApiSchema Schema, bool IsRequired)
{
    private const string Mark = "here-it-goes";

    public string Name => Steps.Count == 0 ? "$" : "$." + string.Join('.', Steps);

    /// <summary>All members that a schema has, whether or not the sample has them; of lists, the first item.</summary>
    public static IEnumerable<JsonPlace> All(ApiSchema schema, JsonNode? sample, params IReadOnlyList<string> at)
    {
        foreach (var (name, member) in schema.Members)
        {
            var place = new JsonPlace([.. at, name], member, schema.Required.Contains(name));
            yield return place;
            foreach (var inner in All(member, (sample as JsonObject)?[name], place.Steps))
            {
                // Below a member that the sample lacks there is nothing to bend.
                if ((sample as JsonObject)?[name] is not null)
                {
                    yield return inner;
                }
            }
        }

        if (schema.Items is { } item && sample is JsonArray { Count: > 0 } list)
        {
            yield return new JsonPlace([.. at, "0"], item, IsRequired: false);
            foreach (var inner in All(item, list[0], [.. at, "0"]))
            {
                yield return inner;
            }
        }
    }

    /// <summary>Text in Latin-1 (so that any byte can be given) in place of the value.</summary>
    public byte[] Put(byte[] body, string raw)
    {
        var root = JsonNode.Parse(body)!;
        if (Steps.Count == 0)
        {
            return Encoding.Latin1.GetBytes(raw);
        }

        Set(Parent(root), Steps[^1], Mark);
        return Replace(root, $"\"{Mark}\"", raw);
    }

    public byte[] Remove(byte[] body)
    {
        var root = JsonNode.Parse(body)!;
        Parent(root).AsObject().Remove(Steps[^1]);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    /// <summary>Members more in the object at this place, in text: they may be there already.</summary>
    public byte[] Add(byte[] body, string rawMembers)
    {
        var root = JsonNode.Parse(body)!;
        var here = Steps.Aggregate(root, Step);
        here.AsObject()[Mark] = 0;
        return Replace(root, $"\"{Mark}\":0", rawMembers);
    }

    /// <summary>The JSON that stands here in a body; null when nothing does.</summary>
    public string? Text(byte[] body)
    {
        var here = Steps.Aggregate((JsonNode?)JsonNode.Parse(body), (at, step) => at is null ? null : StepOrNull(at, step));
        return here?.ToJsonString();
    }

    private static byte[] Replace(JsonNode root, string mark, string raw)
    {
        // The body is UTF-8; as Latin-1 each of its bytes is one character, and the replacement can be any bytes.
        var text = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(root.ToJsonString()));
        return Encoding.Latin1.GetBytes(text.Replace(mark, raw, StringComparison.Ordinal));
    }

    private JsonNode Parent(JsonNode root) => Steps.SkipLast(1).Aggregate(root, Step);

    private static JsonNode Step(JsonNode at, string step) =>
        StepOrNull(at, step) ?? throw new InvalidOperationException($"The sample has no {step}.");

    private static JsonNode? StepOrNull(JsonNode at, string step) => at switch
    {
        JsonArray list when int.TryParse(step, out var index) && index < list.Count => list[index],
        JsonObject members => members[step],
        _ => null,
    };

    private static void Set(JsonNode parent, string step, JsonNode value)
    {
        if (parent is JsonArray list)
        {
            list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            parent[step] = value;
        }
    }
}
