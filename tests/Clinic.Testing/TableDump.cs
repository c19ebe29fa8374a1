using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;

namespace Clinic.Testing;

/// <summary>Raw rows of a table, read past gate and keys: what somebody with the disk would see.</summary>
public static class TableDump
{
    public static async IAsyncEnumerable<Dictionary<string, AttributeValue>> Rows(
        ClinicApp app, TableSpec table, string partitionPrefix, [EnumeratorCancellation] CancellationToken ct = default)
    {
        using var dynamo = AdminClients.DynamoDb(app.Cloud.StandIns.DynamoDb);
        Dictionary<string, AttributeValue>? from = null;
        do
        {
            var answer = await dynamo.ScanAsync(
                new ScanRequest { TableName = CloudNames.Local.Table(table), ConsistentRead = true, ExclusiveStartKey = from }, ct);
            foreach (var row in answer.Items.Where(r => r["pk"].S.StartsWith(partitionPrefix, StringComparison.Ordinal)))
            {
                yield return row;
            }

            from = answer.LastEvaluatedKey;
        }
        while (from is { Count: > 0 });
    }
}
