using System.Text.Json;
using Clinic.Platform.Cloud;

namespace Clinic.Local.Gate;

/// <summary>One item operation, or one table's share of a batch: what IAM is asked about.</summary>
/// <param name="LeadingKeys">Partition keys that can be told for certain; empty is refused by every policy of ours.</param>
internal sealed record DynamoMember(
    string Action, string Table, string Resource, IReadOnlyList<string> LeadingKeys, string? Enclosing = null);

/// <summary>
/// Takes DynamoDB calls apart. What is not listed here, or has a form that is not known here, has no members and is denied:
/// a gate that guesses is none.
/// </summary>
internal sealed class DynamoMembers(CloudNames names)
{
    private readonly Dictionary<string, TableSpec> _tables = CloudParts.Tables.ToDictionary(names.Table);

    public IReadOnlyList<DynamoMember> Of(string operation, JsonElement body) => operation switch
    {
        "GetItem" or "DeleteItem" or "UpdateItem" => [Single(operation, body, "Key")],
        "PutItem" => [Single(operation, body, "Item")],
        "Query" => [Query(body)],
        "BatchGetItem" => Batch(operation, body, ReadKeys),
        "BatchWriteItem" => Batch(operation, body, WriteKeys),
        "TransactWriteItems" => Transaction(operation, body, WriteMember),
        "TransactGetItems" => Transaction(operation, body, ReadMember),

        // Whatever else there is (Scan, PartiQL, management) is asked about by name, and granted to nobody.
        _ => [new DynamoMember(operation, Text(body, "TableName") ?? "*", Resource(Text(body, "TableName") ?? "*"), [])],
    };

    private DynamoMember Single(string action, JsonElement body, string keyOf, string? enclosing = null)
    {
        var table = Text(body, "TableName") ?? "";
        var key = body.TryGetProperty(keyOf, out var item) ? PartitionKey(item) : null;
        return new DynamoMember(action, table, Resource(table), Keys(key), enclosing);
    }

    private DynamoMember Query(JsonElement body)
    {
        var table = Text(body, "TableName") ?? "";
        if (Text(body, "IndexName") is not { } index)
        {
            return new DynamoMember("Query", table, Resource(table), Keys(KeyCondition.Value(body, "pk")));
        }

        var partitionKey = _tables.GetValueOrDefault(table)?.Indexes.FirstOrDefault(spec => spec.Name == index)?.PartitionKey;
        var key = partitionKey is null ? null : KeyCondition.Value(body, partitionKey);
        return new DynamoMember("Query", table, $"{Resource(table)}/index/{index}", Keys(key));
    }

    private List<DynamoMember> Batch(string action, JsonElement body, Func<JsonElement, IReadOnlyList<string?>> keysOf)
    {
        var members = new List<DynamoMember>();
        if (!body.TryGetProperty("RequestItems", out var tables) || tables.ValueKind != JsonValueKind.Object) { return members; }
        foreach (var table in tables.EnumerateObject())
        {
            var keys = keysOf(table.Value);

            // One key that cannot be told spoils the whole: its item would be touched unseen.
            members.Add(new DynamoMember(
                action,
                table.Name,
                Resource(table.Name),
                keys.Any(key => key is null) ? [] : [.. keys.Select(key => key!).Distinct()]));
        }

        return members;
    }

    private static IReadOnlyList<string?> ReadKeys(JsonElement table) =>
        table.ValueKind == JsonValueKind.Object && table.TryGetProperty("Keys", out var keys)
        && keys.ValueKind == JsonValueKind.Array
            ? [.. keys.EnumerateArray().Select(PartitionKey)]
            : [];

    private static IReadOnlyList<string?> WriteKeys(JsonElement table) => table.ValueKind != JsonValueKind.Array
        ? []
        : [.. table.EnumerateArray().Select(write =>
            Only(write) switch
            {
                { Name: "PutRequest" } put => Inner(put.Value, "Item"),
                { Name: "DeleteRequest" } delete => Inner(delete.Value, "Key"),
                _ => null,
            })];

    private static List<DynamoMember> Transaction(
        string operation, JsonElement body, Func<JsonProperty, string, DynamoMember?> memberOf)
    {
        if (!body.TryGetProperty("TransactItems", out var items) || items.ValueKind != JsonValueKind.Array) { return []; }
        var members = new List<DynamoMember>();
        foreach (var item in items.EnumerateArray())
        {
            if (Only(item) is not { } action || memberOf(action, operation) is not { } member) { return []; }
            members.Add(member);
        }

        return members;
    }

    private DynamoMember? WriteMember(JsonProperty member, string enclosing) => member.Name switch
    {
        "Put" => Single("PutItem", member.Value, "Item", enclosing),
        "Update" => Single("UpdateItem", member.Value, "Key", enclosing),
        "Delete" => Single("DeleteItem", member.Value, "Key", enclosing),
        "ConditionCheck" => Single("ConditionCheckItem", member.Value, "Key", enclosing),
        _ => null,
    };

    private DynamoMember? ReadMember(JsonProperty member, string enclosing) =>
        member.Name == "Get" ? Single("GetItem", member.Value, "Key", enclosing) : null;

    private string Resource(string table) => $"arn:aws:dynamodb:{CloudNames.Region}:{names.Account}:table/{table}";

    /// <summary>A member names exactly one action; with two, the gate and the stand-in might take different ones.</summary>
    private static JsonProperty? Only(JsonElement member)
    {
        if (member.ValueKind != JsonValueKind.Object) { return null; }
        JsonProperty? only = null;
        foreach (var property in member.EnumerateObject())
        {
            if (only is not null) { return null; }
            only = property;
        }

        return only;
    }

    private static string? Inner(JsonElement write, string name) =>
        write.ValueKind == JsonValueKind.Object && write.TryGetProperty(name, out var item) ? PartitionKey(item) : null;

    private static string? PartitionKey(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("pk", out var key) ? KeyCondition.StringOf(key) : null;

    private static IReadOnlyList<string> Keys(string? key) => key is null ? [] : [key];

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var text)
        && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
