using System.Text.Json.Nodes;

namespace Clinic.Platform.Trail;

/// <summary>What an act changed, as the trail keeps it (AUD-3).</summary>
internal static class Differences
{
    /// <summary>Before and after of each member that changed.</summary>
    public static JsonObject Of(JsonObject before, JsonObject after)
    {
        var changed = new JsonObject();
        foreach (var name in before.Select(m => m.Key).Union(after.Select(m => m.Key))
            .Where(n => !JsonNode.DeepEquals(before[n], after[n])))
        {
            changed[name] = new JsonObject { ["before"] = before[name]?.DeepClone(), ["after"] = after[name]?.DeepClone() };
        }

        return changed;
    }
}
