using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;

namespace Clinic.LocalTests;

/// <summary>
/// The stand-ins, provisioned, in memory, with a visibility timeout of one second; shared by the tests of a run.
/// </summary>
public sealed class LocalCloud : IAsyncLifetime
{
    public const string Collection = "local cloud";

    public static readonly CloudNames Names = CloudNames.Local;

    public StandIns StandIns { get; private set; } = null!;

    public AmazonDynamoDBClient Dynamo { get; private set; } = null!;

    public SqsHttp Sqs { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        StandIns = await StandIns.StartAsync(new StandInOptions { Visibility = TimeSpan.FromSeconds(1) }, _ => { });
        await Provision.RunAsync(StandIns, Names);
        Dynamo = AdminClients.DynamoDb(StandIns.DynamoDb);
        Sqs = new SqsHttp(StandIns.Sqs);
    }

    public async Task DisposeAsync()
    {
        Dynamo.Dispose();
        Sqs.Dispose();
        await StandIns.DisposeAsync();
    }

    /// <summary>The URL of an emptied queue.</summary>
    public async Task<string> EmptyQueueAsync(QueueSpec queue)
    {
        var url = await Sqs.GetQueueUrlAsync(Names.Queue(queue));
        await Sqs.PurgeQueueAsync(url);
        await Sqs.PurgeQueueAsync(await Sqs.GetQueueUrlAsync(Names.DeadLetterQueue(queue)));
        return url;
    }

    /// <summary>Messages in the queue, visible or in flight.</summary>
    public async Task<int> CountAsync(string queueUrl)
    {
        var all = await Sqs.GetQueueAttributesAsync(queueUrl);
        return Number("ApproximateNumberOfMessages") + Number("ApproximateNumberOfMessagesNotVisible");

        int Number(string name) => int.Parse(all[name], System.Globalization.CultureInfo.InvariantCulture);
    }

    internal static Task PutOutboxAsync(IAmazonDynamoDB dynamo, string id, string topic, string sk = "OUT") =>
        dynamo.PutItemAsync(Names.Table(CloudParts.Records), new Dictionary<string, AttributeValue>
        {
            ["pk"] = new($"T#t1#OUT#{id}"),
            ["sk"] = new(sk),
            ["topic"] = new(topic),
            ["tenant"] = new("t1"),
            ["id"] = new(id),
        });
}

[CollectionDefinition(LocalCloud.Collection)]
public sealed class LocalCloudCollection : ICollectionFixture<LocalCloud>;
