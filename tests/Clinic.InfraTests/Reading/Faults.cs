using System.Text.Json.Nodes;

namespace Clinic.InfraTests.Reading;

/// <summary>Plants a fault in a copy of the templates of prod, to see a check find it.</summary>
internal static class Faults
{
    /// <param name="path">Dotted, below the properties of the one resource that <paramref name="of"/> picks.</param>
    /// <param name="value">JSON; null takes the property away.</param>
    public static StageTemplates Plant(string type, string path, string? value, Func<Resource, bool>? of = null)
    {
        var templates = Synthesis.Stage("prod");
        JsonNode node = templates.Of(type).Single(of ?? (_ => true)).Properties;
        var steps = path.Split('.');
        foreach (var step in steps[..^1]) { node = node is JsonArray array ? array[Number(step)]! : node[step]!; }

        switch (node)
        {
            case JsonArray array when value is null:
                array.RemoveAt(Number(steps[^1]));
                break;
            case JsonArray array:
                array[Number(steps[^1])] = JsonNode.Parse(value);
                break;
            case JsonObject one when value is null:
                Assert.True(one.Remove(steps[^1]), $"There is no {path} to take away.");
                break;
            default:
                node[steps[^1]] = JsonNode.Parse(value!);
                break;
        }

        return templates;
    }

    /// <summary>Prod without one resource.</summary>
    public static StageTemplates Without(string id)
    {
        var templates = Synthesis.Stage("prod");
        Assert.True(templates.All.Single(resource => resource.Id == id).Stack.Resources.Remove(id));
        return templates;
    }

    private static int Number(string step) => int.Parse(step, System.Globalization.CultureInfo.InvariantCulture);
}
