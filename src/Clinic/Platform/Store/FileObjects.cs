using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;

namespace Clinic.Platform.Store;

/// <summary>
/// Objects that are parts of a file: read as streams and written piece by piece, so that no file is ever whole in memory. Names
/// are within the clinic's own prefix.
/// </summary>
internal sealed class FileObjects(TenantSessions sessions)
{
    /// <summary>Null when it is not there. Who may not list a bucket is told 403 of what is not there.</summary>
    public async Task<Stream?> Open(TenantId tenant, BucketSpec bucket, string name, CancellationToken ct)
    {
        var s3 = await S3(tenant, ct);
        try
        {
            return (await s3.GetObjectAsync(sessions.Names.Bucket(bucket), Place(tenant, name), ct)).ResponseStream;
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    public async Task Put(TenantId tenant, BucketSpec bucket, string name, ArraySegment<byte> bytes, CancellationToken ct)
    {
        using var body = Read(bytes);
        await (await S3(tenant, ct)).PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = sessions.Names.Bucket(bucket),
                Key = Place(tenant, name),
                InputStream = body,
                AutoCloseStream = false,
            },
            ct);
    }

    /// <summary>Deleting what is not there is no fault: a step may be repeated.</summary>
    public async Task Delete(TenantId tenant, BucketSpec bucket, IEnumerable<string> names, CancellationToken ct)
    {
        var s3 = await S3(tenant, ct);
        await Task.WhenAll(
            names.Select(n => s3.DeleteObjectAsync(sessions.Names.Bucket(bucket), Place(tenant, n), ct)));
    }

    /// <summary>The value of one tag; null when it has none, or is not there.</summary>
    public async Task<string?> TagOf(TenantId tenant, BucketSpec bucket, string name, string tag, CancellationToken ct)
    {
        var answer = await (await S3(tenant, ct)).GetObjectTaggingAsync(
            new GetObjectTaggingRequest { BucketName = sessions.Names.Bucket(bucket), Key = Place(tenant, name) }, ct);
        return answer.Tagging?.FirstOrDefault(t => t.Key == tag)?.Value;
    }

    /// <summary>Begins an object that is written in parts; nobody can read any of it before it is finished.</summary>
    /// <param name="disposition">What S3 will say of it to whoever fetches it.</param>
    /// <returns>Which upload it is.</returns>
    public async Task<string> Begin(
        TenantId tenant, BucketSpec bucket, string name, string contentType, string disposition, CancellationToken ct)
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = sessions.Names.Bucket(bucket),
            Key = Place(tenant, name),
            ContentType = contentType,
        };
        request.Headers.ContentDisposition = disposition;
        request.Headers.CacheControl = "no-store";
        return (await (await S3(tenant, ct)).InitiateMultipartUploadAsync(request, ct)).UploadId;
    }

    /// <param name="part">Its number, from 1; all but the last have 5 MiB at least.</param>
    public async Task<PartETag> PutPart(
        TenantId tenant, BucketSpec bucket, string name, string upload, int part, ArraySegment<byte> bytes, CancellationToken ct)
    {
        using var body = Read(bytes);
        var answer = await (await S3(tenant, ct)).UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = sessions.Names.Bucket(bucket),
                Key = Place(tenant, name),
                UploadId = upload,
                PartNumber = part,
                InputStream = body,
                PartSize = bytes.Count,
            },
            ct);
        return new PartETag(part, answer.ETag);
    }

    public async Task Finish(
        TenantId tenant, BucketSpec bucket, string name, string upload, IEnumerable<PartETag> parts, CancellationToken ct) =>
        await (await S3(tenant, ct)).CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest
            {
                BucketName = sessions.Names.Bucket(bucket),
                Key = Place(tenant, name),
                UploadId = upload,
                PartETags = [.. parts.OrderBy(p => p.PartNumber)],
            },
            ct);

    /// <summary>Ends what was begun, if it still stands.</summary>
    public async Task Abort(TenantId tenant, BucketSpec bucket, string name, string upload, CancellationToken ct)
    {
        try
        {
            await (await S3(tenant, ct)).AbortMultipartUploadAsync(
                sessions.Names.Bucket(bucket), Place(tenant, name), upload, ct);
        }
        catch (AmazonS3Exception over) when (over.StatusCode == HttpStatusCode.NotFound)
        {
            // Finished, or aborted before.
        }
    }

    /// <summary>An address that gives the object out to whoever has it, for a short while.</summary>
    public async Task<Uri> Link(TenantId tenant, BucketSpec bucket, string name, TimeSpan life, CancellationToken ct)
    {
        var s3 = await S3(tenant, ct);
        return new Uri(await s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = sessions.Names.Bucket(bucket),
            Key = Place(tenant, name),
            Verb = HttpVerb.GET,
            Protocol = s3.Config.ServiceURL?.StartsWith("http:", StringComparison.Ordinal) == true ? Protocol.HTTP
                : Protocol.HTTPS,

            // The signer stamps by the machine's clock, which nobody moves; so the end is counted from that clock too.
            Expires = (TimeProvider.System.GetUtcNow() + life).UtcDateTime,
        }));
    }

    private static MemoryStream Read(ArraySegment<byte> bytes) => new(bytes.Array!, bytes.Offset, bytes.Count, writable: false);

    private async Task<IAmazonS3> S3(TenantId tenant, CancellationToken ct) =>
        (await sessions.For(RoleNames.TenantData, tenant, ct)).S3;

    private static string Place(TenantId tenant, string name) => $"T/{tenant.Value}/{name}";
}
