using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Xunit;

namespace Clinic.GateTests.Gate;

public sealed class S3GateTests
{
    private static readonly string Documents = CloudNames.Local.Bucket(CloudParts.Documents);
    private static readonly string Incoming = CloudNames.Local.Bucket(CloudParts.Incoming);

    [Theory]
    [InlineData("T/aaaaaaaa/plain")]
    [InlineData("T/aaaaaaaa/with space+plus%25 (x)/ä")]
    [InlineData("T/aaaaaaaa//double/")]
    public async Task Own_objects_go_round(string key)
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = harness.S3(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        await s3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Documents, Key = key, ContentBody = "sealed", UseChunkEncoding = false,
        });
        using var got = await s3.GetObjectAsync(Documents, key);
        using var reader = new StreamReader(got.ResponseStream);

        Assert.Equal("sealed", await reader.ReadToEndAsync());
        await s3.DeleteObjectAsync(Documents, key);
    }

    [Fact]
    public async Task A_chunked_upload_of_the_SDK_passes()
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = harness.S3(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Documents, Key = "T/aaaaaaaa/1", ContentBody = "sealed" });

        Assert.Equal("PUT", harness.Upstream.Arrivals.Single().Method);
    }

    [Theory]
    [InlineData("T/bbbbbbbb/1")]
    [InlineData("T/aaaaaaaab/1")]
    [InlineData("T/aaaaaaaa/../bbbbbbbb/1")]
    [InlineData("T/aaaaaaaa/./1")]
    [InlineData("t/aaaaaaaa/1")]
    [InlineData("1")]
    public async Task Foreign_keys_and_paths_that_fold_are_refused(string key)
    {
        await using var harness = await GateHarness.StartAsync();
        using var http = new HttpClient();
        var s3 = harness.S3(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));
        var url = await s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = Documents, Key = key, Verb = HttpVerb.GET, Protocol = Protocol.HTTP,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1),
        });

        using var request = new HttpRequestMessage(HttpMethod.Get, Exactly(url));
        var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task A_missing_object_looks_like_a_forbidden_one_to_who_may_not_list()
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = harness.S3(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));

        var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.GetObjectAsync(Documents, "T/aaaaaaaa/none"));

        Assert.Equal(HttpStatusCode.Forbidden, error.StatusCode);
        Assert.Single(harness.Upstream.Arrivals);
    }

    [Fact]
    public async Task Copies_lists_and_bucket_calls_are_refused()
    {
        await using var harness = await GateHarness.StartAsync();
        var s3 = harness.S3(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));
        Func<Task>[] calls =
        [
            () => s3.CopyObjectAsync(Documents, "T/bbbbbbbb/1", Documents, "T/aaaaaaaa/1"),
            () => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Documents, Prefix = "T/aaaaaaaa/" }),
            () => s3.ListBucketsAsync(),
            () => s3.DeleteBucketAsync(Documents),
            () => s3.GetBucketAclAsync(new GetBucketAclRequest { BucketName = Documents }),
            () => s3.PutObjectAsync(new PutObjectRequest
            {
                BucketName = Documents, Key = "T/aaaaaaaa/1", ContentBody = "x", CannedACL = S3CannedACL.PublicRead,
            }),
        ];
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAnyAsync<AmazonS3Exception>(call);
            Assert.Equal(HttpStatusCode.Forbidden, error.StatusCode);
        }

        Assert.Empty(harness.Upstream.Arrivals);
    }

    /// <summary>One ticket, held and broken: what is changed, and what the answer then is.</summary>
    [Theory]
    [InlineData("nothing", HttpStatusCode.OK)]
    [InlineData("body", HttpStatusCode.BadRequest)]
    [InlineData("checksum", HttpStatusCode.Forbidden)]
    [InlineData("no checksum", HttpStatusCode.Forbidden)]
    [InlineData("no upload key", HttpStatusCode.Forbidden)]
    [InlineData("another upload key", HttpStatusCode.Forbidden)]
    [InlineData("no precondition", HttpStatusCode.Forbidden)]
    [InlineData("type", HttpStatusCode.Forbidden)]
    [InlineData("additional header", HttpStatusCode.Forbidden)]
    [InlineData("key", HttpStatusCode.Forbidden)]
    [InlineData("method", HttpStatusCode.Forbidden)]
    [InlineData("late", HttpStatusCode.Forbidden)]
    [InlineData("twice", HttpStatusCode.PreconditionFailed)]
    public async Task A_ticket_allows_what_it_says_and_no_more(string what, HttpStatusCode expected)
    {
        await using var harness = await GateHarness.StartAsync();
        using var http = new HttpClient();
        var bytes = Encoding.UTF8.GetBytes("an X-ray");
        var checksum = Convert.ToBase64String(SHA256.HashData(bytes));
        var s3 = harness.S3(await harness.AssumeAsync(RoleNames.TenantData, "aaaaaaaa"));
        var ticket = new GetPreSignedUrlRequest
        {
            BucketName = Incoming, Key = "T/aaaaaaaa/up/1", Verb = HttpVerb.PUT, Protocol = Protocol.HTTP,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5), ContentType = "image/png",
        };
        ticket.Headers["x-amz-checksum-sha256"] = checksum;
        ticket.Headers["If-None-Match"] = "*";
        var key = UploadKey.New();
        foreach (var (name, value) in key.Headers) { ticket.Headers[name] = value; }
        var url = await s3.GetPreSignedURLAsync(ticket);
        if (what == "late") { harness.Clock.Ahead = TimeSpan.FromMinutes(6); }
        if (what == "key") { url = url.Replace("/up/1", "/up/2", StringComparison.Ordinal); }

        HttpResponseMessage answer = null!;
        for (var time = 0; time < (what == "twice" ? 2 : 1); time++)
        {
            using var put = new HttpRequestMessage(what == "method" ? HttpMethod.Get : HttpMethod.Put, Exactly(url));
            if (what != "method") { put.Content = new ByteArrayContent(what == "body" ? [1, 2, 3] : bytes); }
            put.Content?.Headers.TryAddWithoutValidation("Content-Type", what == "type" ? "text/html" : "image/png");
            if (what != "no precondition") { put.Headers.TryAddWithoutValidation("If-None-Match", "*"); }
            var declared = what == "checksum" ? Convert.ToBase64String(SHA256.HashData([])) : checksum;
            if (what != "no checksum") { put.Headers.TryAddWithoutValidation("x-amz-checksum-sha256", declared); }
            var sent = what == "another upload key" ? UploadKey.New() : key;
            foreach (var (name, value) in what == "no upload key" ? [] : sent.Headers)
            {
                put.Headers.TryAddWithoutValidation(name, value);
            }

            if (what == "additional header") { put.Headers.TryAddWithoutValidation("x-amz-meta-note", "x"); }
            answer = await http.SendAsync(put);
        }

        Assert.Equal(expected, answer.StatusCode);
        var written = harness.Upstream.Arrivals.Count(one => one.Method == "PUT");
        Assert.Equal(what is "nothing" or "twice" ? 1 : 0, written);
        Assert.All(harness.Upstream.Arrivals, one => Assert.DoesNotContain("X-Amz-", one.Target, StringComparison.Ordinal));
    }

    /// <summary>The address as it was signed: Uri would fold and unescape it, which no attacker's client does.</summary>
    private static Uri Exactly(string url) =>
        new(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
