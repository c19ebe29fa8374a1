using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Cloud;

namespace Clinic.Platform.Store;

/// <summary>
/// A strongly consistent BatchGet to its end. DynamoDB may leave keys unread, because 16 MB are full or because it is throttled,
/// and names them: they are asked for again, with a wait when a round brought nothing, and never without end.
/// </summary>
internal static class BatchRead
{
    private static readonly TimeSpan BackoffStep = TimeSpan.FromMilliseconds(25);

    /// <exception cref="ProvisionedThroughputExceededException">The store gave nothing, again and again.</exception>
    public static async Task<List<Dictionary<string, AttributeValue>>> All(
        IAmazonDynamoDB dynamo, string table, List<Dictionary<string, AttributeValue>> keys, CallBudget budget,
        CancellationToken ct)
    {
        var wanted = new KeysAndAttributes { ConsistentRead = true, Keys = keys };
        var found = new List<Dictionary<string, AttributeValue>>(keys.Count);
        for (var empty = 0; ;)
        {
            var asked = wanted.Keys.Count;
            var answer = await dynamo.BatchGetItemAsync(
                new BatchGetItemRequest
                {
                    RequestItems = new() { [table] = wanted },
                    ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
                },
                ct);
            found.AddRange(answer.Responses?.GetValueOrDefault(table) ?? []);
            if (answer.UnprocessedKeys?.GetValueOrDefault(table) is not { Keys.Count: > 0 } rest)
            {
                return found;
            }

            empty = rest.Keys.Count < asked ? 0 : empty + 1;
            if (empty > budget.EmptyRoundsMax)
            {
                throw new ProvisionedThroughputExceededException("A batch was not read.");
            }

            wanted = new KeysAndAttributes { ConsistentRead = true, Keys = rest.Keys };
            if (empty > 0)
            {
                await Task.Delay(BackoffStep * Math.Pow(2, empty) * Random.Shared.NextDouble(), ct);
            }
        }
    }
}
