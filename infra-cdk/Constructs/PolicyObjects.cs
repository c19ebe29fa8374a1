using System.Text.Json;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Infra.Constructs;

/// <summary>
/// Policies as the CDK takes them. The JSON that the code writes is passed on as it is, so that the template holds the very
/// documents that the gate enforces locally; the CDK's own policy classes would reorder and merge.
/// </summary>
internal static class PolicyObjects
{
    public static Dictionary<string, object> Of(BoundPolicy policy, bool trust = false)
    {
        using var json = JsonDocument.Parse(PolicyJson.Write(policy, trust));
        return Object(json.RootElement);
    }

    /// <summary>For what only the stack can say: named beside the document, never in place of a statement of it.</summary>
    public static Dictionary<string, object> With(this Dictionary<string, object> policy, params object[] statements)
    {
        policy["Statement"] = ((object[])policy["Statement"]).Concat(statements).ToArray();
        return policy;
    }

    public static Dictionary<string, object> Of(params object[] statements) =>
        new() { ["Version"] = PolicyJson.Version, ["Statement"] = statements };

    private static Dictionary<string, object> Object(JsonElement element) =>
        element.EnumerateObject().ToDictionary(property => property.Name, property => Value(property.Value));

    private static object Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Object(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToArray(),
        JsonValueKind.String => element.GetString()!,
        _ => throw new InvalidOperationException($"A policy holds no {element.ValueKind}."),
    };
}
