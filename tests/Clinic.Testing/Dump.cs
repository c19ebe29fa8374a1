using System.Buffers;
using System.Net;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.S3;
using Amazon.S3.Model;
using Clinic.Local;
using Clinic.Platform.Cloud;

namespace Clinic.Testing;

/// <summary>
/// All bytes of all tables and buckets, read past the gate as somebody would who stole the disks, and what can be read in them.
/// </summary>
public sealed class Dump
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    private readonly HashSet<(string Table, string Partition)> partitions = [];

    public long Length => bytes.WrittenCount;

    /// <summary>Partition keys of all rows, with the names of their tables.</summary>
    public IReadOnlyCollection<(string Table, string Partition)> Partitions => partitions;

    public static async Task<Dump> Take(StandIns standIns)
    {
        var dump = new Dump();
        using var dynamo = AdminClients.DynamoDb(standIns.DynamoDb);
        foreach (var table in CloudParts.Tables)
        {
            await dump.AddTable(dynamo, CloudNames.Local.Table(table));
        }

        foreach (var bucket in CloudParts.Buckets)
        {
            await dump.AddBucket(standIns, bucket);
        }

        return dump;
    }

    /// <summary>Of one bucket alone.</summary>
    public static async Task<Dump> Take(StandIns standIns, BucketSpec bucket)
    {
        var dump = new Dump();
        await dump.AddBucket(standIns, bucket);
        return dump;
    }

    public void Add(string text) => bytes.Write(Encoding.UTF8.GetBytes(text + "\n"));

    public void Add(ReadOnlySpan<byte> more) => bytes.Write(more);

    /// <summary>The values that stand in the dump, plainly or as UTF-16, base64 or hex.</summary>
    public IReadOnlyList<string> Find(IEnumerable<string> values)
    {
        var needles = new ManyNeedles();
        foreach (var value in values.Distinct(StringComparer.Ordinal))
        {
            foreach (var encoded in Encodings(value))
            {
                needles.Add(encoded, value);
            }
        }

        return needles.In(bytes.WrittenSpan);
    }

    /// <summary>
    /// Base64 of a value depends on where it begins in its group of three: all three beginnings are tried, without their edges.
    /// </summary>
    private static IEnumerable<byte[]> Encodings(string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        yield return utf8;
        yield return Encoding.Unicode.GetBytes(value);
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(utf8));
        for (var lead = 0; lead < 3; lead++)
        {
            var encoded = Convert.ToBase64String([.. new byte[lead], .. utf8]);
            var from = lead == 0 ? 0 : 4;
            var inner = encoded[from..^4];
            if (inner.Length >= 8)
            {
                yield return Encoding.ASCII.GetBytes(inner);
            }
        }
    }

    /// <summary>Names and bodies. What is deleted while this reads is not there any more.</summary>
    private async Task AddBucket(StandIns standIns, BucketSpec spec)
    {
        using var s3 = AdminClients.S3(standIns.S3);
        var bucket = CloudNames.Local.Bucket(spec);
        string? from = null;
        do
        {
            var page = await s3.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = bucket, ContinuationToken = from });
            foreach (var key in (page.S3Objects ?? []).Select(o => o.Key))
            {
                Add(key);
                await AddObject(s3, bucket, key);
            }

            from = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (from is not null);
    }

    private async Task AddObject(AmazonS3Client s3, string bucket, string key)
    {
        try
        {
            using var body = await s3.GetObjectAsync(bucket, key);
            using var content = new MemoryStream();
            await body.ResponseStream.CopyToAsync(content);
            bytes.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
        }
        catch (AmazonS3Exception gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            // A worker or a clock was faster.
        }
    }

    private async Task AddTable(AmazonDynamoDBClient dynamo, string table)
    {
        Dictionary<string, AttributeValue>? from = null;
        do
        {
            var page = await dynamo.ScanAsync(new ScanRequest { TableName = table, ExclusiveStartKey = from });
            foreach (var row in page.Items ?? [])
            {
                partitions.Add((table, row["pk"].S));
                foreach (var (name, value) in row)
                {
                    Add(name);
                    Add(value);
                }
            }

            from = page.LastEvaluatedKey is { Count: > 0 } next ? next : null;
        }
        while (from is not null);
    }

    private void Add(AttributeValue value)
    {
        if (value.B is { } binary)
        {
            bytes.Write(binary.ToArray());
        }

        Add(value.S ?? value.N ?? "");
        foreach (var text in (value.SS ?? []).Concat(value.NS ?? []))
        {
            Add(text);
        }

        foreach (var inner in (value.L ?? []).Concat(value.M?.Values.ToList() ?? []))
        {
            Add(inner);
        }
    }
}
