using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Clinic.Local.Gate;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Xunit;

namespace Clinic.GateTests.Gate;

/// <summary>Uploads under a key that comes with them: what the stand-in holds, and to whom it is opened.</summary>
[Trait("Promise", "ENC-4")]
public sealed class CustomerKeyTests
{
    private const string Place = "T/aaaaaaaa/up/1";
    private static readonly string Incoming = CloudNames.Local.Bucket(CloudParts.Incoming);
    private static readonly byte[] Letter = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 9_000).Select(n => $"Haemoglobin of Ranganathan, line {n}. ")));

    [Fact]
    public async Task What_the_stand_in_holds_is_noise_and_who_brings_the_key_reads_it()
    {
        await using var harness = await GateHarness.StartAsync();
        var (s3, key) = (await Session(harness), UploadKey.New());
        Assert.Equal(HttpStatusCode.OK, await Put(s3, key));

        var arrived = harness.Upstream.Arrivals.Single(one => one.Method == "PUT");
        Assert.Equal(Letter.Length, arrived.Body.Length);
        Assert.DoesNotContain("Haemoglobin", arrived.Text, StringComparison.Ordinal);
        Assert.NotEqual(arrived.Body[..4096], arrived.Body[4096..8192]);
        Assert.DoesNotContain(arrived.Headers, header => header.Key.Contains("customer-key", StringComparison.OrdinalIgnoreCase)
            && header.Key != CustomerKey.MetaHeader);
        Assert.DoesNotContain(
            Convert.ToBase64String(key.Bytes), string.Join('\n', arrived.Headers.Values), StringComparison.Ordinal);

        using var got = await s3.GetObjectAsync(key.ToGet(Incoming, Place));
        Assert.Equal(Letter, await Bytes(got));
        Assert.Empty(got.Metadata.Keys);
        Assert.Equal(Letter.Length, (await s3.GetObjectMetadataAsync(key.ToHead(Incoming, Place))).ContentLength);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 15)]
    [InlineData(15, 16)]
    [InlineData(65_535, 65_540)]
    [InlineData(100_001, 300_000)]
    public async Task A_range_is_opened_from_its_middle(int from, int to)
    {
        await using var harness = await GateHarness.StartAsync();
        var (s3, key) = (await Session(harness), UploadKey.New());
        await Put(s3, key);
        var get = key.ToGet(Incoming, Place);
        get.ByteRange = new ByteRange(from, to);

        using var got = await s3.GetObjectAsync(get);

        Assert.Equal(Letter[from..(to + 1)], await Bytes(got));
    }

    [Theory]
    [InlineData("none", HttpStatusCode.BadRequest)]
    [InlineData("another", HttpStatusCode.Forbidden)]
    public async Task Without_the_key_or_with_another_nobody_reads_it(string which, HttpStatusCode expected)
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = await Session(harness);
        await Put(s3, UploadKey.New());
        var other = UploadKey.New();
        var get = which == "none" ? new GetObjectRequest { BucketName = Incoming, Key = Place } : other.ToGet(Incoming, Place);
        var head = which == "none"
            ? new GetObjectMetadataRequest { BucketName = Incoming, Key = Place } : other.ToHead(Incoming, Place);

        Assert.Equal(expected, (await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.GetObjectAsync(get))).StatusCode);
        Assert.Equal(expected, (await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.GetObjectMetadataAsync(head))).StatusCode);
    }

    [Fact]
    public async Task A_key_for_what_is_under_none_is_refused()
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = await Session(harness);
        await s3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Incoming, Key = "T/aaaaaaaa/sealed/1", ContentBody = "sealed", UseChunkEncoding = false,
        });

        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => s3.GetObjectAsync(UploadKey.New().ToGet(Incoming, "T/aaaaaaaa/sealed/1")));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    /// <summary>Who holds the role itself, not only a ticket: the policies ask for the key.</summary>
    [Theory]
    [InlineData("incoming", "T/aaaaaaaa/up/1", false)]
    [InlineData("incoming", "T/aaaaaaaa/elsewhere/1", false)]
    [InlineData("incoming", "T/aaaaaaaa/elsewhere/1", true)]
    [InlineData("documents", "T/aaaaaaaa/1", true)]
    public async Task A_put_without_a_key_where_one_is_asked_or_with_one_where_none_is_taken_is_refused(
        string bucket, string place, bool withKey)
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = await Session(harness);
        var name = CloudNames.Local.Bucket(CloudParts.Buckets.Single(one => one.Name == bucket));

        Assert.Equal(HttpStatusCode.Forbidden, await Put(s3, withKey ? UploadKey.New() : null, name, place));

        Assert.DoesNotContain(harness.Upstream.Arrivals, one => one.Method == "PUT");
    }

    [Theory]
    [InlineData(UploadKey.AlgorithmHeader, "AES128")]
    [InlineData(UploadKey.KeyHeader, "c2hvcnQ=")]
    [InlineData(UploadKey.KeyMd5Header, "1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData(UploadKey.KeyHeader, null)]
    public async Task A_garbled_key_is_refused(string header, string? value)
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = await Session(harness);
        var headers = UploadKey.New().Headers.Where(one => one.Key != header).ToList();
        if (value is not null) { headers.Add(new(header, value)); }

        Assert.Equal(HttpStatusCode.BadRequest, await Put(s3, headers, Incoming, Place));

        Assert.DoesNotContain(harness.Upstream.Arrivals, one => one.Method == "PUT");
    }

    [Fact]
    public async Task The_scanner_cannot_look_into_what_is_under_a_key()
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = await Session(harness);
        var place = "scan/T/aaaaaaaa/1";
        using var http = new HttpClient();
        using var put = new HttpRequestMessage(HttpMethod.Put, new Uri(harness.Upstream.Url, $"/{Incoming}/{place}"));
        put.Content = new ByteArrayContent(Letter);
        put.Headers.TryAddWithoutValidation(CustomerKey.MetaHeader, "kept");
        await http.SendAsync(put);

        var answer = await s3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Incoming, Key = place });

        Assert.Equal(MalwareTags.Unsupported, answer.Tagging.Single().Value);
    }

    private static Task<HttpStatusCode> Put(IAmazonS3 s3, UploadKey? key, string? bucket = null, string place = Place) =>
        Put(s3, key?.Headers ?? [], bucket ?? Incoming, place);

    /// <summary>By ticket, with its checksum, as a client does.</summary>
    private static async Task<HttpStatusCode> Put(
        IAmazonS3 s3, IEnumerable<KeyValuePair<string, string>> headers, string bucket, string place)
    {
        var ticket = new GetPreSignedUrlRequest
        {
            BucketName = bucket, Key = place, Verb = HttpVerb.PUT, Protocol = Protocol.HTTP,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
        };
        var all = headers.Append(new("x-amz-checksum-sha256", Convert.ToBase64String(SHA256.HashData(Letter)))).ToList();
        foreach (var (name, value) in all) { ticket.Headers[name] = value; }
        using var put = new HttpRequestMessage(HttpMethod.Put, await s3.GetPreSignedURLAsync(ticket));
        put.Content = new ByteArrayContent(Letter);
        foreach (var (name, value) in all) { put.Headers.TryAddWithoutValidation(name, value); }
        using var http = new HttpClient();
        return (await http.SendAsync(put)).StatusCode;
    }

    private static async Task<AmazonS3Client> Session(GateHarness harness) =>
        harness.S3(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

    private static async Task<byte[]> Bytes(GetObjectResponse got)
    {
        using var bytes = new MemoryStream();
        await got.ResponseStream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
