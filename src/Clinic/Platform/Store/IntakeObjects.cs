using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Crypto;

namespace Clinic.Platform.Store;

/// <summary>
/// Where a client may put one object, and the headers that it must send: each is signed, so none can be left out or changed.
/// </summary>
public sealed record UploadTicket(Uri Url, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);

/// <summary>
/// Objects on their way in: what clients upload by ticket, and what is sealed under the intake key until it is in the records.
/// They lie in the bucket without versions, so that deleted is gone, and its lifecycle takes what a crash left behind.
/// </summary>
internal sealed class IntakeObjects(TenantSessions sessions, Keyring keyring, SealedSpill objects)
{
    public static readonly TimeSpan TicketLife = TimeSpan.FromMinutes(15);
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Intake);

    public async Task PutSealed(TenantId tenant, string name, byte[] plain, CancellationToken ct)
    {
        var place = Place(tenant, name);
        var sealedBytes = await keyring.Seal(tenant, Key, static _ => null, plain, Aad(tenant, place), ct);
        await objects.Put(tenant, CloudParts.Incoming, place, sealedBytes, ct);
    }

    public async Task<byte[]> GetSealed(TenantId tenant, string name, CancellationToken ct)
    {
        var place = Place(tenant, name);
        var sealedBytes = await objects.Get(tenant, CloudParts.Incoming, place, ct);
        return await keyring.Open(tenant, Key, sealedBytes, Aad(tenant, place), ct);
    }

    /// <summary>Deleting what is not there is no fault: a step may be repeated.</summary>
    public Task Delete(TenantId tenant, string name, CancellationToken ct) =>
        objects.Delete(tenant, CloudParts.Incoming, Place(tenant, name), ct);

    /// <summary>
    /// A presigned PUT of exactly these bytes. Checksum, type, length and If-None-Match are signed as headers: in the query,
    /// where signers like to hoist them, S3 would not heed them.
    /// </summary>
    public async Task<UploadTicket> Offer(
        TenantId tenant, string name, string contentType, long sizeBytes, string sha256, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var s3 = (await sessions.For(RoleNames.TenantData, tenant, ct)).S3;

        // The signer stamps by the machine's clock, which nobody moves; so the end is counted from that clock too.
        var expires = TimeProvider.System.GetUtcNow() + TicketLife;
        return await Sign(
            s3, sessions.Names.Bucket(CloudParts.Incoming), Place(tenant, name), contentType, sizeBytes, sha256, expires);
    }

    internal static async Task<UploadTicket> Sign(
        IAmazonS3 s3, string bucket, string place, string contentType, long sizeBytes, string sha256, DateTimeOffset expires)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = bucket,
            Key = place,
            Verb = HttpVerb.PUT,
            Protocol = s3.Config.ServiceURL?.StartsWith("http:", StringComparison.Ordinal) == true ? Protocol.HTTP
            : Protocol.HTTPS,
            Expires = expires.UtcDateTime,
            ContentType = contentType,
        };
        request.Headers["Content-Length"] = sizeBytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
        request.Headers["If-None-Match"] = "*";
        request.Headers["x-amz-checksum-sha256"] = sha256;
        var url = await s3.GetPreSignedURLAsync(request);
        var headers = new Dictionary<string, string>
        {
            ["Content-Type"] = contentType,
            ["Content-Length"] = request.Headers["Content-Length"],
            ["If-None-Match"] = "*",
            ["x-amz-checksum-sha256"] = sha256,
        };
        return new UploadTicket(new Uri(url), headers, expires);
    }

    /// <summary>What a client uploaded, as it is; null when there is nothing, or it is larger than it said.</summary>
    public async Task<byte[]?> GetUpload(TenantId tenant, string name, long sizeBytes, CancellationToken ct) =>
        await UploadedBytes(tenant, name, ct) == sizeBytes
            ? await objects.Get(tenant, CloudParts.Incoming, Place(tenant, name), ct) : null;

    /// <summary>Null when nothing was uploaded. Who may not list a bucket is told 403 of what is not there.</summary>
    public async Task<long?> UploadedBytes(TenantId tenant, string name, CancellationToken ct)
    {
        var s3 = (await sessions.For(RoleNames.TenantData, tenant, ct)).S3;
        try
        {
            return (await s3.GetObjectMetadataAsync(sessions.Names.Bucket(CloudParts.Incoming), Place(tenant, name), ct))
                .ContentLength;
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    private static string Place(TenantId tenant, string name) => $"T/{tenant.Value}/{name}";

    private static byte[] Aad(TenantId tenant, string place) =>
        FieldCipher.Aad(tenant.Value, CloudParts.Incoming.Name, place, "body", 1);
}
