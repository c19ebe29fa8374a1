using System.Net;
using System.Text;
using Amazon.DynamoDBv2.Model;
using Amazon.S3.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;

namespace Clinic.LocalTests;

[Collection(LocalCloud.Collection)]
public sealed class StartingTheStandIns(LocalCloud cloud)
{
    [Fact]
    public async Task All_declared_parts_are_there()
    {
        foreach (var spec in CloudParts.Tables)
        {
            var table = (await cloud.Dynamo.DescribeTableAsync(LocalCloud.Names.Table(spec))).Table;
            Assert.Equal(spec.Stream, table.StreamSpecification?.StreamViewType == "NEW_AND_OLD_IMAGES");
            Assert.Equal(spec.Indexes.Select(i => i.Name), (table.GlobalSecondaryIndexes ?? []).Select(i => i.IndexName));
            Assert.All(table.GlobalSecondaryIndexes ?? [], i => Assert.Equal("KEYS_ONLY", i.Projection.ProjectionType));
        }

        using var s3 = AdminClients.S3(cloud.StandIns.S3);
        var buckets = (await s3.ListBucketsAsync()).Buckets.Select(b => b.BucketName).Order();
        Assert.Equal(CloudParts.Buckets.Select(LocalCloud.Names.Bucket).Order(), buckets);

        foreach (var spec in CloudParts.Queues)
        {
            var url = await cloud.Sqs.GetQueueUrlAsync(LocalCloud.Names.Queue(spec));
            var attributes = await cloud.Sqs.GetQueueAttributesAsync(url);
            Assert.Equal("1", attributes["VisibilityTimeout"]);
            Assert.Equal(LocalCloud.Names.QueueArn(spec), attributes["QueueArn"]);
            Assert.Contains($"\"maxReceiveCount\":{spec.ReceivesMax}", attributes["RedrivePolicy"], StringComparison.Ordinal);
            Assert.Contains(
                $"{LocalCloud.Names.QueueArn(spec)}-dlq", attributes["RedrivePolicy"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Objects_and_mails_are_kept()
    {
        using var s3 = AdminClients.S3(cloud.StandIns.S3);
        var bucket = LocalCloud.Names.Bucket(CloudParts.Documents);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "a/b", ContentBody = "sealed" });
        using var read = await s3.GetObjectAsync(bucket, "a/b");
        using var reader = new StreamReader(read.ResponseStream);
        Assert.Equal("sealed", await reader.ReadToEndAsync());

        using var http = new HttpClient();
        using var mail = new HttpRequestMessage(HttpMethod.Post, new Uri(cloud.StandIns.Ses, "/v2/email/outbound-emails"));
        mail.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 any");
        mail.Content = new StringContent(
            """
            {"FromEmailAddress":"clinic@example.com","Destination":{"ToAddresses":["asha@example.com"]},
             "Content":{"Simple":{"Subject":{"Data":"Your visit"},"Body":{"Text":{"Data":"Tomorrow"}}}}}
            """,
            Encoding.UTF8,
            "application/json");
        using var sent = await http.SendAsync(mail);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        var store = await http.GetStringAsync(new Uri(cloud.StandIns.MailPage, "/store"));
        Assert.Contains("Your visit", store, StringComparison.Ordinal);
        Assert.Contains("<html", await http.GetStringAsync(cloud.StandIns.MailPage), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Provisioning_twice_changes_nothing_and_loses_nothing()
    {
        await LocalCloud.PutOutboxAsync(cloud.Dynamo, "kept", "none", sk: "KEPT");
        var url = await cloud.EmptyQueueAsync(CloudParts.Imports);
        await cloud.Sqs.SendMessageAsync(url, "kept");

        await Provision.RunAsync(cloud.StandIns, LocalCloud.Names);

        var key = new Dictionary<string, AttributeValue> { ["pk"] = new("T#t1#OUT#kept"), ["sk"] = new("KEPT") };
        var item = await cloud.Dynamo.GetItemAsync(LocalCloud.Names.Table(CloudParts.Records), key);
        Assert.True(item.IsItemSet);
        Assert.Equal(1, await cloud.CountAsync(url));
    }

    [Fact]
    public async Task Data_survives_a_restart_and_the_folder_has_one_owner()
    {
        var folder = Directory.CreateTempSubdirectory("clinic-data").FullName;
        var options = new StandInOptions { DataFolder = folder };
        await using (var first = await StandIns.StartAsync(options, _ => { }))
        {
            await Provision.RunAsync(first, LocalCloud.Names);
            using var dynamo = AdminClients.DynamoDb(first.DynamoDb);
            await LocalCloud.PutOutboxAsync(dynamo, "kept", "none");
            using var sqs = new SqsHttp(first.Sqs);
            await sqs.SendMessageAsync(await sqs.GetQueueUrlAsync(LocalCloud.Names.Queue(CloudParts.Imports)), "kept");
            using var s3 = AdminClients.S3(first.S3);
            await s3.PutObjectAsync(new PutObjectRequest
            {
                BucketName = LocalCloud.Names.Bucket(CloudParts.Documents), Key = "kept", ContentBody = "kept",
            });
            await Assert.ThrowsAsync<PrerequisiteMissingException>(() => StandIns.StartAsync(options, _ => { }));
        }

        await using (var second = await StandIns.StartAsync(options, _ => { }))
        {
            await Provision.RunAsync(second, LocalCloud.Names);
            using var dynamo = AdminClients.DynamoDb(second.DynamoDb);
            Assert.Equal(1, (await dynamo.ScanAsync(new ScanRequest(LocalCloud.Names.Table(CloudParts.Records)))).Count);
            using var sqs = new SqsHttp(second.Sqs);
            var url = await sqs.GetQueueUrlAsync(LocalCloud.Names.Queue(CloudParts.Imports));
            Assert.Equal("kept", Assert.Single(await sqs.ReceiveMessageAsync(url, 10, TimeSpan.Zero)).Body);
            using var s3 = AdminClients.S3(second.S3);
            using var kept = await s3.GetObjectAsync(LocalCloud.Names.Bucket(CloudParts.Documents), "kept");
        }

        Directory.Delete(folder, recursive: true);
    }
}
