using System.Text.Json;

namespace Clinic.Local.Gate;

/// <summary>Reads the capacity that DynamoDB reports, when the call asked for it.</summary>
internal static class Consumed
{
    public static IReadOnlyList<GateConsumed> Of(GateCall call, GateAnswer answer)
    {
        if (call.Service != GateErrors.DynamoDb || answer.Status != 200
            || call.Body.Span.IndexOf("\"ReturnConsumedCapacity\""u8) < 0)
        {
            return [];
        }

        using var json = JsonDocument.Parse(answer.Body);
        if (!json.RootElement.TryGetProperty("ConsumedCapacity", out var capacity)) { return []; }
        return capacity.ValueKind == JsonValueKind.Array
            ? [.. capacity.EnumerateArray().Select(table => One(table, call))]
            : [One(capacity, call)];
    }

    private static GateConsumed One(JsonElement capacity, GateCall call)
    {
        var total = Number(capacity, "CapacityUnits");
        var read = Number(capacity, "ReadCapacityUnits");
        var write = Number(capacity, "WriteCapacityUnits");

        // Outside transactions DynamoDB gives the total alone; the operation tells which kind it is.
        if (read == 0 && write == 0)
        {
            (read, write) = call.Operation is "GetItem" or "Query" or "BatchGetItem" ? (total, 0d) : (0d, total);
        }

        var table = capacity.TryGetProperty("TableName", out var name) ? name.GetString() ?? "" : "";
        return new GateConsumed(table, total, read, write);
    }

    private static double Number(JsonElement capacity, string name) =>
        capacity.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;
}
