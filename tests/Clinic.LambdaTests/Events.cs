using System.Text;
using System.Text.Json.Nodes;

namespace Clinic.LambdaTests;

/// <summary>The samples of <c>events/lambda</c>, and changes to them.</summary>
internal static class Events
{
    public static byte[] Bytes(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "events", name + ".json"));

    public static byte[] Rest(Action<JsonObject> change) => Rest("rest/get-ipv6", change);

    public static byte[] Rest(string name, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Bytes(name))!.AsObject();
        change(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    public static JsonObject Context(this JsonObject restEvent) => restEvent["requestContext"]!.AsObject();

    /// <summary>A list of one text or several, as the multi-value maps hold them.</summary>
    public static JsonArray List(params string[] values) => new([.. values.Select(v => (JsonNode)v)]);
}
