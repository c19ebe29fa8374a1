using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;

namespace Clinic.Testing;

/// <summary>
/// The tables as whoever administers the account sees them: past the gate, past the keys. One tenant's rows are read partition by
/// partition, of those that were ever written through the gate: a scan reads what all tests before have left, and a suite that
/// asks again and again until something holds would spend its time with that.
/// </summary>
public sealed class RawTables(Uri dynamoDb, WrittenPartitions written) : IDisposable
{
    private const int AtOnceMax = 8;

    private readonly IAmazonDynamoDB client = AdminClients.DynamoDb(dynamoDb);

    public void Dispose() => client.Dispose();

    /// <summary>Rows of one tenant, by their place: "SES#…|SES".</summary>
    public async Task<IReadOnlyDictionary<string, Dictionary<string, AttributeValue>>> Of(string tenant, TableSpec table)
    {
        var prefix = $"T#{tenant}#";
        return (await All(table, prefix)).ToDictionary(r => $"{r["pk"].S[prefix.Length..]}|{r["sk"].S}");
    }

    /// <summary>Whether a message of a tenant waits for its consumer.</summary>
    public async Task<bool> HasOpenMessages(string tenant) =>
        (await All(CloudParts.Records, $"T#{tenant}#OUT#", "attribute_not_exists(done)")).Count > 0;

    /// <summary>Places of a tenant's rows that begin so.</summary>
    public async Task<IReadOnlyList<string>> Places(string tenant, TableSpec table, string prefix = "") =>
        [.. (await Of(tenant, table)).Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))];

    /// <summary>Entries of a tenant's trail for one action: subject, note, outcome, cause.</summary>
    public async Task<IReadOnlyList<TrailLine>> Trail(string tenant, string? action = null) =>
        [.. (await Of(tenant, CloudParts.Audit)).Values
            .Where(r => action is null || r["a"].S == action)
            .OrderBy(r => r["at"].S, StringComparer.Ordinal)
            .Select(r => new TrailLine(r["a"].S, r["o"].S, Text(r, "s"), Text(r, "w"), Text(r, "cause")))];

    /// <summary>All rows of a table, whoever's they are.</summary>
    public async Task<IReadOnlyList<Dictionary<string, AttributeValue>>> All(TableSpec table)
    {
        var scan = new ScanRequest { TableName = CloudNames.Local.Table(table), ConsistentRead = true };
        var rows = new List<Dictionary<string, AttributeValue>>();
        do
        {
            var page = await client.ScanAsync(scan);
            rows.AddRange(page.Items ?? []);
            scan.ExclusiveStartKey = page.LastEvaluatedKey is { Count: > 0 } last ? last : null;
        }
        while (scan.ExclusiveStartKey is not null);

        return rows;
    }

    /// <param name="prefix">Of the partition key.</param>
    /// <param name="filter">Which of the rows; empty takes each.</param>
    public async Task<IReadOnlyList<Dictionary<string, AttributeValue>>> All(
        TableSpec table, string prefix, string filter = "")
    {
        var name = CloudNames.Local.Table(table);
        var rows = new ConcurrentBag<(string Partition, List<Dictionary<string, AttributeValue>> Rows)>();
        await Parallel.ForEachAsync(
            written.Of(name, prefix), new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax },
            async (partition, _) => rows.Add((partition, await Partition(name, partition, filter))));
        return [.. rows.OrderBy(r => r.Partition, StringComparer.Ordinal).SelectMany(r => r.Rows)];
    }

    private async Task<List<Dictionary<string, AttributeValue>>> Partition(string table, string partition, string filter)
    {
        var query = new QueryRequest
        {
            TableName = table,
            ConsistentRead = true,
            KeyConditionExpression = "pk = :pk",
            ExpressionAttributeValues = new() { [":pk"] = new() { S = partition } },
            FilterExpression = filter.Length == 0 ? null : filter,
        };
        var rows = new List<Dictionary<string, AttributeValue>>();
        do
        {
            var page = await client.QueryAsync(query);
            rows.AddRange(page.Items ?? []);
            query.ExclusiveStartKey = page.LastEvaluatedKey is { Count: > 0 } last ? last : null;
        }
        while (query.ExclusiveStartKey is not null);

        return rows;
    }

    private static string? Text(Dictionary<string, AttributeValue> row, string name) => row.GetValueOrDefault(name)?.S;
}

/// <param name="Cause">The message or clock that made a system act.</param>
public sealed record TrailLine(string Action, string Outcome, string? Subject, string? Note, string? Cause);
