using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.S3.Model;
using Clinic.Platform.Cloud;

namespace Clinic.Local;

/// <summary>
/// Makes the tables, buckets and queues of <see cref="CloudParts"/> in the stand-ins; what is there already stays as it is.
/// Left out because no stand-in does them: TTL deletion, versioning, lifecycle, Object Lock. The template tests cover those.
/// </summary>
public static class Provision
{
    public static async Task RunAsync(StandIns standIns, CloudNames names, CancellationToken ct = default)
    {
        await Task.WhenAll(
            TablesAsync(standIns, names, ct), BucketsAsync(standIns, names, ct), QueuesAsync(standIns, names, ct));
    }

    private static async Task TablesAsync(StandIns standIns, CloudNames names, CancellationToken ct)
    {
        using var client = AdminClients.DynamoDb(standIns.DynamoDb);
        foreach (var table in CloudParts.Tables)
        {
            try
            {
                await client.CreateTableAsync(Request(table, names), ct);
            }
            catch (ResourceInUseException)
            {
                var existing = await client.DescribeTableAsync(names.Table(table), ct);
                RequireSame(table, existing.Table);
            }
        }
    }

    private static CreateTableRequest Request(TableSpec table, CloudNames names)
    {
        string[] keys = ["pk", "sk", .. table.Indexes.SelectMany(i => (string[])[i.PartitionKey, i.SortKey])];
        return new CreateTableRequest
        {
            TableName = names.Table(table),
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = Keys("pk", "sk"),
            AttributeDefinitions = [.. keys.Distinct().Select(k => new AttributeDefinition(k, ScalarAttributeType.S))],
            GlobalSecondaryIndexes = table.Indexes.Count == 0 ? null : [.. table.Indexes.Select(Index)],
            StreamSpecification = table.Stream
                ? new StreamSpecification { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES }
                : null,
        };
    }

    private static GlobalSecondaryIndex Index(IndexSpec index) => new()
    {
        IndexName = index.Name,
        KeySchema = Keys(index.PartitionKey, index.SortKey),
        Projection = new Projection { ProjectionType = ProjectionType.KEYS_ONLY },
    };

    private static List<KeySchemaElement> Keys(string partition, string sort) =>
        [new(partition, KeyType.HASH), new(sort, KeyType.RANGE)];

    // A data folder of an older version of the code would fail later, in a query, and far less clearly.
    private static void RequireSame(TableSpec table, TableDescription existing)
    {
        var indexes = (existing.GlobalSecondaryIndexes ?? [])
            .Select(i => new IndexSpec(i.IndexName, i.KeySchema[0].AttributeName, i.KeySchema[1].AttributeName))
            .ToHashSet();
        var streams = existing.StreamSpecification?.StreamEnabled ?? false;
        if (!indexes.SetEquals(table.Indexes) || streams != table.Stream)
        {
            throw new StandInFailedException(
                $"Table {existing.TableName} in the data folder has another layout than the code: "
                + "empty the folder and start again.");
        }
    }

    private static async Task BucketsAsync(StandIns standIns, CloudNames names, CancellationToken ct)
    {
        using var client = AdminClients.S3(standIns.S3);
        var listed = await client.ListBucketsAsync(ct);
        var existing = (listed.Buckets ?? []).Select(b => b.BucketName).ToHashSet();
        foreach (var name in CloudParts.Buckets.Select(names.Bucket).Where(n => !existing.Contains(n)))
        {
            await client.PutBucketAsync(new PutBucketRequest { BucketName = name, BucketRegionName = CloudNames.Region }, ct);
        }
    }

    private static async Task QueuesAsync(StandIns standIns, CloudNames names, CancellationToken ct)
    {
        using var sqs = new SqsHttp(standIns.Sqs);
        foreach (var queue in CloudParts.Queues)
        {
            var deadLetters = await sqs.CreateQueueAsync(names.DeadLetterQueue(queue), Retained, ct);
            var arn = (await sqs.GetQueueAttributesAsync(deadLetters, ct))["QueueArn"];
            var redrive = string.Create(
                CultureInfo.InvariantCulture, $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":{{queue.ReceivesMax}}}""");
            var visibility = standIns.Options.Visibility ?? queue.Visibility;
            await sqs.CreateQueueAsync(
                names.Queue(queue),
                new Dictionary<string, string>(Retained)
                {
                    ["VisibilityTimeout"] = ((int)visibility.TotalSeconds).ToString(CultureInfo.InvariantCulture),
                    ["RedrivePolicy"] = redrive,
                },
                ct);
        }
    }

    /// <summary>The longest that SQS keeps: 14 days.</summary>
    private static readonly Dictionary<string, string> Retained = new() { ["MessageRetentionPeriod"] = "1209600" };
}
