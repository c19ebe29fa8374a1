using System.Text.Json;

namespace Clinic.Local;

/// <summary>A shard of a table's stream. A closed one gets no more records; its parent's records come first.</summary>
internal sealed record Shard(string Id, string? Parent);

/// <summary>Records as DynamoDB JSON. Next is null when the shard is closed and read to its end.</summary>
internal sealed record StreamPage(IReadOnlyList<JsonElement> Records, string? Next);

/// <summary>
/// DynamoDB Streams over HTTP: since version 4 its SDK client is a package of its own, which is not served everywhere.
/// </summary>
internal sealed class StreamsHttp(Uri endpoint) : IDisposable
{
    private readonly AwsJson _streams = new(endpoint, "DynamoDBStreams_20120810");

    public async Task<string> StreamArnAsync(string table, CancellationToken ct)
    {
        using var answer = await _streams.CallAsync("ListStreams", AwsJson.Object(("TableName", table)), ct);
        var streams = answer.RootElement.GetProperty("Streams");
        return streams.GetArrayLength() > 0
            ? streams.EnumerateArray().Last().GetProperty("StreamArn").GetString()!
            : throw new StandInFailedException($"Table {table} has no stream.");
    }

    public async Task<IReadOnlyList<Shard>> ShardsAsync(string streamArn, CancellationToken ct)
    {
        var shards = new List<Shard>();
        while (true)
        {
            var request = AwsJson.Object(("StreamArn", streamArn));
            if (shards.Count > 0)
            {
                request["ExclusiveStartShardId"] = shards[^1].Id;
            }

            using var answer = await _streams.CallAsync("DescribeStream", request, ct);
            var stream = answer.RootElement.GetProperty("StreamDescription");
            shards.AddRange(stream.GetProperty("Shards").EnumerateArray().Select(s => new Shard(
                s.GetProperty("ShardId").GetString()!,
                s.TryGetProperty("ParentShardId", out var parent) ? parent.GetString() : null)));
            if (!stream.TryGetProperty("LastEvaluatedShardId", out var last) || last.ValueKind != JsonValueKind.String)
            {
                return shards;
            }
        }
    }

    /// <param name="after">The last sequence number already done; null is from the beginning.</param>
    public async Task<string> IteratorAsync(string streamArn, string shard, string? after, CancellationToken ct)
    {
        var request = AwsJson.Object(
            ("StreamArn", streamArn),
            ("ShardId", shard),
            ("ShardIteratorType", after is null ? "TRIM_HORIZON" : "AFTER_SEQUENCE_NUMBER"));
        if (after is not null)
        {
            request["SequenceNumber"] = after;
        }

        using var answer = await _streams.CallAsync("GetShardIterator", request, ct);
        return answer.RootElement.GetProperty("ShardIterator").GetString()!;
    }

    public async Task<StreamPage> RecordsAsync(string iterator, CancellationToken ct)
    {
        using var answer = await _streams.CallAsync("GetRecords", AwsJson.Object(("ShardIterator", iterator)), ct);
        var next = answer.RootElement.TryGetProperty("NextShardIterator", out var given) ? given.GetString() : null;
        return new StreamPage([.. answer.RootElement.GetProperty("Records").EnumerateArray().Select(r => r.Clone())], next);
    }

    public void Dispose() => _streams.Dispose();
}
