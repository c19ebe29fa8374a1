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
    /// <summary>
    /// A stretch of an object. Null when it is not there. Who may not list a bucket is told 403 of what is not there.
    /// </summary>
    /// <param name="from">Its first byte.</param>
    public async Task<Stream?> Open(
        TenantId tenant, BucketSpec bucket, string name, long from, long length, CancellationToken ct)
    {
        var request = new GetObjectRequest
        {
            BucketName = sessions.Names.Bucket(bucket),
            Key = Place(tenant, name),
            ByteRange = new ByteRange(from, from + length - 1),
        };
        try
        {
            return (await (await S3(tenant, ct)).GetObjectAsync(request, ct)).ResponseStream;
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    public async Task Put(TenantId tenant, BucketSpec bucket, string name, ArraySegment<byte> bytes, CancellationToken ct)
    {
        using var body = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
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

    private async Task<IAmazonS3> S3(TenantId tenant, CancellationToken ct) =>
        (await sessions.For(RoleNames.TenantData, tenant, ct)).S3;

    private static string Place(TenantId tenant, string name) => $"T/{tenant.Value}/{name}";
}
