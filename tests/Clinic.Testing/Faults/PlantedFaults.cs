using System.Text.Json.Nodes;
using Clinic.Local.Gate;

namespace Clinic.Testing.Faults;

/// <summary>
/// Stores that lie: what no product could survive, and what the matrix must therefore find. Each stands for a bug that would look
/// the same from outside.
/// </summary>
public static class PlantedFaults
{
    private static readonly string[] Transactions = ["TransactWriteItems"];
    private static readonly string[] Puts = ["PutItem"];

    /// <summary>Says "written" and writes nothing.</summary>
    public static StoreFault LostWrite { get; } = new("lost write", "dynamodb", true, FaultEnd.Heals)
    {
        Operations = Transactions, Before = (_, _) => throw Done,
    };

    /// <summary>Writes the act a second time under a new token, with an entry of its own.</summary>
    public static StoreFault Double { get; } = new("double", "dynamodb", true, FaultEnd.Heals)
    {
        Operations = Transactions, After = (s, call) => s.SendPastTheGate(call.Operation, Altered(call, Again)),
    };

    /// <summary>Writes all but the last row that is not the entry.</summary>
    public static StoreFault Torn { get; } = new("torn", "dynamodb", true, FaultEnd.Heals)
    {
        Operations = Transactions,
        Before = async (s, call) =>
        {
            await s.SendPastTheGate(call.Operation, Altered(call, items => items.RemoveAt(items.Count - 2)));
            throw Done;
        },
    };

    /// <summary>Says "written" of an entry that is not.</summary>
    public static StoreFault Silent { get; } = new("silent", "dynamodb", true, FaultEnd.Heals)
    {
        Operations = Puts, Before = (_, _) => throw Done,
    };

    /// <summary>Somebody was at the place of the entry before, with another one.</summary>
    public static StoreFault Usurped { get; } = new("usurped", "dynamodb", true, FaultEnd.Heals)
    {
        Operations = Puts,
        Before = (s, call) =>
        {
            var body = JsonNode.Parse(call.Body.Span)!;
            body["Item"]!["h"]!["B"] = Convert.ToBase64String(new byte[32]);
            return s.SendPastTheGate(call.Operation, System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()));
        },
    };

    private static GateFaultException Done => new(200, "OK", "planted") { JsonBody = "{}" };

    private static ReadOnlyMemory<byte> Altered(GateCall call, Action<JsonArray> alter)
    {
        var body = JsonNode.Parse(call.Body.Span)!;
        body["ClientRequestToken"] = Acts.Key();
        alter(body["TransactItems"]!.AsArray());
        return System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private static void Again(JsonArray items)
    {
        foreach (var put in items.Select(i => i!["Put"]).OfType<JsonObject>())
        {
            put.Remove("ConditionExpression");
            if (put["TableName"]!.GetValue<string>().EndsWith("audit", StringComparison.Ordinal))
            {
                put["Item"]!["sk"]!["S"] = put["Item"]!["sk"]!["S"]!.GetValue<string>() + "0";
            }
        }
    }
}
