using System.Collections.Concurrent;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;
using Clinic.Platform.Messaging;

namespace Clinic.LocalTests;

[Collection(LocalCloud.Collection)]
public sealed class PumpingTheOutbox(LocalCloud cloud)
{
    private readonly ConcurrentQueue<string> _unrouted = [];
    private readonly ConcurrentQueue<string> _trouble = [];

    [Fact]
    public async Task An_inserted_outbox_item_reaches_its_queue_and_no_other()
    {
        var imports = await cloud.EmptyQueueAsync(CloudParts.Imports);
        var notifications = await cloud.EmptyQueueAsync(CloudParts.Notifications);
        await using var pump = await StartAsync(cloud.StandIns);
        await pump.DrainAsync();
        await cloud.EmptyQueueAsync(CloudParts.Imports);
        await cloud.EmptyQueueAsync(CloudParts.Notifications);

        await LocalCloud.PutOutboxAsync(cloud.Dynamo, "m1", Topics.ImportReceived);
        await pump.DrainAsync();

        var message = Assert.Single(await cloud.Sqs.ReceiveMessageAsync(imports, 10, TimeSpan.Zero));
        using var envelope = JsonDocument.Parse(message.Body);
        var root = envelope.RootElement;
        Assert.Equal(
            ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"],
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal(Topics.ImportReceived, root.GetProperty("detail-type").GetString());
        Assert.Equal("clinic.outbox", root.GetProperty("source").GetString());
        Assert.Equal("ap-south-1", root.GetProperty("region").GetString());
        Assert.True(root.GetProperty("time").GetDateTimeOffset() > TimeProvider.System.GetUtcNow().AddMinutes(-1));
        Assert.Equal("""{"tenant":"t1","message":"m1"}""", root.GetProperty("detail").GetRawText());
        Assert.Equal(0, await cloud.CountAsync(notifications));
        Assert.Empty(_trouble);
    }

    [Fact]
    public async Task Updates_deletes_and_other_items_pass_by()
    {
        var imports = await cloud.EmptyQueueAsync(CloudParts.Imports);
        await using var pump = await StartAsync(cloud.StandIns);
        await LocalCloud.PutOutboxAsync(cloud.Dynamo, "m2", Topics.ImportReceived);
        await pump.DrainAsync();
        await cloud.EmptyQueueAsync(CloudParts.Imports);

        var key = new Dictionary<string, AttributeValue> { ["pk"] = new("T#t1#OUT#m2"), ["sk"] = new("OUT") };
        await cloud.Dynamo.UpdateItemAsync(
            LocalCloud.Names.Table(CloudParts.Records),
            key,
            new Dictionary<string, AttributeValueUpdate> { ["sent"] = new(new AttributeValue("yes"), "PUT") });
        await cloud.Dynamo.DeleteItemAsync(LocalCloud.Names.Table(CloudParts.Records), key);
        await LocalCloud.PutOutboxAsync(cloud.Dynamo, "not-outbox", Topics.ImportReceived, sk: "HEAD");
        await LocalCloud.PutOutboxAsync(cloud.Dynamo, "m3", Topics.ImportReceived);
        await pump.DrainAsync();

        // m3 came last, so what stands before it in the stream was read.
        var message = Assert.Single(await cloud.Sqs.ReceiveMessageAsync(imports, 10, TimeSpan.Zero));
        Assert.Contains("\"m3\"", message.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drain_waits_for_every_message_of_a_transaction_burst()
    {
        const int messages = 120;
        var imports = await cloud.EmptyQueueAsync(CloudParts.Imports);
        await using var pump = await StartAsync(cloud.StandIns);
        await pump.DrainAsync();
        await cloud.EmptyQueueAsync(CloudParts.Imports);
        await Parallel.ForAsync(0, messages, async (n, _) =>
            await LocalCloud.PutOutboxAsync(cloud.Dynamo, $"burst{n}", Topics.ImportReceived));

        await pump.DrainAsync();

        Assert.Equal(messages, await cloud.CountAsync(imports));
    }

    [Fact]
    public async Task A_topic_without_a_queue_is_loud()
    {
        await using var pump = await StartAsync(cloud.StandIns);
        await LocalCloud.PutOutboxAsync(cloud.Dynamo, "m4", "nobody.listens");
        await pump.DrainAsync();
        Assert.Contains("nobody.listens", _unrouted);
    }

    [Fact]
    public async Task A_restart_goes_on_where_it_was()
    {
        var folder = Directory.CreateTempSubdirectory("clinic-pump").FullName;
        var options = new StandInOptions { DataFolder = folder };
        await using (var first = await StandIns.StartAsync(options, _ => { }))
        {
            await Provision.RunAsync(first, LocalCloud.Names);
            using var dynamo = AdminClients.DynamoDb(first.DynamoDb);
            await LocalCloud.PutOutboxAsync(dynamo, "before", Topics.ImportReceived);
            await using (var pump = await StartAsync(first))
            {
                await pump.DrainAsync();
            }

            // Written while no pump ran.
            await LocalCloud.PutOutboxAsync(dynamo, "between", Topics.ImportReceived);
        }

        await using (var second = await StandIns.StartAsync(options, _ => { }))
        {
            await Provision.RunAsync(second, LocalCloud.Names);
            using var dynamo = AdminClients.DynamoDb(second.DynamoDb);
            await LocalCloud.PutOutboxAsync(dynamo, "after", Topics.ImportReceived);
            await using (var pump = await StartAsync(second))
            {
                await pump.DrainAsync();
            }

            using var sqs = new SqsHttp(second.Sqs);
            var url = await sqs.GetQueueUrlAsync(LocalCloud.Names.Queue(CloudParts.Imports));
            var bodies = (await sqs.ReceiveMessageAsync(url, 10, TimeSpan.Zero)).Select(m => m.Body).ToList();
            Assert.Equal(3, bodies.Count);
            foreach (var id in (string[])["before", "between", "after"])
            {
                Assert.Single(bodies, b => b.Contains($"\"{id}\"", StringComparison.Ordinal));
            }
        }

        Assert.Empty(_trouble);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_schedule_ticks_on_the_retention_queue_by_the_given_clock()
    {
        var retention = await cloud.EmptyQueueAsync(CloudParts.Retention);
        using var bus = await LocalBus.ConnectAsync(cloud.StandIns.Sqs, LocalCloud.Names, _unrouted.Enqueue);
        await using var pump = new SchedulePump(bus, TimeSpan.FromMilliseconds(100), TimeProvider.System, _trouble.Enqueue);
        await Soon.HoldsAsync("three ticks", async () => await cloud.CountAsync(retention) >= 3);
        await pump.DisposeAsync();

        var message = (await cloud.Sqs.ReceiveMessageAsync(retention, 1, TimeSpan.Zero))[0];
        using var envelope = JsonDocument.Parse(message.Body);
        Assert.Equal(Topics.ClockTick, envelope.RootElement.GetProperty("detail-type").GetString());
        Assert.Equal("{}", envelope.RootElement.GetProperty("detail").GetRawText());

        await cloud.EmptyQueueAsync(CloudParts.Retention);
        await using var never = new SchedulePump(bus, TimeSpan.FromHours(1), TimeProvider.System, _trouble.Enqueue);
        await never.TickAsync();
        Assert.Equal(1, await cloud.CountAsync(retention));
        Assert.Empty(_trouble);
    }

    private async Task<StreamPump> StartAsync(StandIns standIns)
    {
        var bus = await LocalBus.ConnectAsync(standIns.Sqs, LocalCloud.Names, _unrouted.Enqueue);
        return await StreamPump.StartAsync(standIns, LocalCloud.Names, bus, _trouble.Enqueue);
    }
}
