using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;
using Clinic.Testing;

namespace Clinic.HouseTests.Sweeps;

/// <summary>The tables as they are, past gate and policies: only tests may look so.</summary>
internal sealed class RawTables(ClinicApp app) : IDisposable
{
    private readonly AmazonDynamoDBClient dynamo = AdminClients.DynamoDb(app.Cloud.StandIns.DynamoDb);

    /// <summary>Outcomes of the entries of one request; of one clinic, or wherever they are.</summary>
    public async Task<IReadOnlyList<string>> Entries(string requestId, string? tenant)
    {
        var rows = await Scan(CloudParts.Audit, "q = :q", new() { [":q"] = new AttributeValue(requestId) });
        return [.. rows.Where(r => tenant is null || Belongs(r, tenant)).Select(r => r["o"].S)];
    }

    /// <summary>
    /// Rows of a clinic once its messages are all done: what workers write belongs to the first call and must not be taken for an
    /// effect of the second. Sessions are left out, because the sweeps themselves sign in.
    /// </summary>
    public Task<string> CountWhenQuiet(string tenant) => Until.Holds(
        async () =>
        {
            // A message of the platform to a clinic becomes rows of the clinic, and a clinic's rows of the platform. What is held
            // in a freeze is on no index of what falls due.
            var all = await Scan(CloudParts.Records, null, []);
            var waiting = all.Any(r => r["sk"].S == Outbox.Sort && !r.ContainsKey(Outbox.Done) && r.ContainsKey("due_pk"));
            var count = all.Where(r => Belongs(r, tenant)).Count(r => !IsOfSession(r));
            return waiting ? null : count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        },
        $"quiet in the outbox of {tenant}");

    public void Dispose() => dynamo.Dispose();

    private async Task<List<Dictionary<string, AttributeValue>>> Scan(
        TableSpec table, string? filter, Dictionary<string, AttributeValue> values)
    {
        var rows = new List<Dictionary<string, AttributeValue>>();
        var request = new ScanRequest
        {
            TableName = CloudNames.Local.Table(table),
            ConsistentRead = true,
            FilterExpression = filter,
            ExpressionAttributeValues = values.Count == 0 ? null : values,
        };
        do
        {
            var page = await dynamo.ScanAsync(request);
            rows.AddRange(page.Items ?? []);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });

        return rows;
    }

    private static bool Belongs(Dictionary<string, AttributeValue> row, string tenant) =>
        row["pk"].S.StartsWith($"T#{tenant}#", StringComparison.Ordinal);

    private static bool IsOfSession(Dictionary<string, AttributeValue> row) =>
        row["sk"].S.StartsWith("SES", StringComparison.Ordinal) || row["pk"].S.EndsWith("#CLK#session-end",
            StringComparison.Ordinal)
        || (row["pk"].S.StartsWith($"T#{TenantId.Platform}#", StringComparison.Ordinal) && row["sk"].S == "MEM");
}
