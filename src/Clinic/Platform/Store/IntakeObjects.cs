using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;
using Clinic.Platform.Crypto;

namespace Clinic.Platform.Store;

/// <summary>
/// Where a client may put one object, and the headers that it must send: each is signed, so none can be left out or changed.
/// </summary>
public sealed record UploadTicket(Uri Url, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);

/// <summary>
/// Objects on their way in: what clients upload by ticket, each under an upload key; what is sealed under the intake key until it
/// is in the records; and, where a stage scans, what the scanner is to look at. Each kind has a prefix of its own, because the
/// policies ask an upload key of the first, and the scanner is to see the last alone. They lie in the bucket without versions, so
/// that deleted is gone, and its lifecycle takes what a crash left behind.
/// </summary>
internal sealed class IntakeObjects(TenantSessions sessions, Keyring keyring, SealedSpill objects)
{
    public static readonly TimeSpan TicketLife = TimeSpan.FromMinutes(15);
    private static readonly KeyRef Key = KeyRef.Of(TenantPurpose.Intake);

    private string Bucket => sessions.Names.Bucket(CloudParts.Incoming);

    public async Task PutSealed(TenantId tenant, string name, byte[] plain, CancellationToken ct)
    {
        var place = SealedPlaceOf(tenant, name);
        var sealedBytes = await keyring.Seal(tenant, Key, static _ => null, plain, Aad(tenant, place), ct);
        await objects.Put(tenant, CloudParts.Incoming, place, sealedBytes, ct);
    }

    public async Task<byte[]> GetSealed(TenantId tenant, string name, CancellationToken ct)
    {
        var place = SealedPlaceOf(tenant, name);
        var sealedBytes = await objects.Get(tenant, CloudParts.Incoming, place, ct);
        return await keyring.Open(tenant, Key, sealedBytes, Aad(tenant, place), ct);
    }

    /// <summary>Deleting what is not there is no fault: a step may be repeated.</summary>
    public Task DeleteSealed(TenantId tenant, string name, CancellationToken ct) =>
        objects.Delete(tenant, CloudParts.Incoming, SealedPlaceOf(tenant, name), ct);

    public Task DeleteUpload(TenantId tenant, string name, CancellationToken ct) =>
        objects.Delete(tenant, CloudParts.Incoming, UploadPlaceOf(tenant, name), ct);

    /// <summary>
    /// A presigned PUT of exactly these bytes under this key. Checksum, type, length, key and If-None-Match are signed as
    /// headers: in the query, where signers like to hoist them, S3 would not heed them, and logs of addresses would have the key.
    /// </summary>
    public async Task<UploadTicket> Offer(
        TenantId tenant, string name, UploadKey key, string contentType, long sizeBytes, string sha256, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var s3 = await S3(tenant, ct);

        // The signer stamps by the machine's clock, which nobody moves; so the end is counted from that clock too.
        var expires = TimeProvider.System.GetUtcNow() + TicketLife;
        return await Sign(s3, Bucket, UploadPlaceOf(tenant, name), key, contentType, sizeBytes, sha256, expires);
    }

    internal static async Task<UploadTicket> Sign(
        IAmazonS3 s3, string bucket, string place, UploadKey key, string contentType, long sizeBytes, string sha256,
        DateTimeOffset expires)
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
        var headers = new Dictionary<string, string>(key.Headers)
        {
            ["Content-Length"] = sizeBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["If-None-Match"] = "*",
            ["x-amz-checksum-sha256"] = sha256,
        };
        foreach (var (name, value) in headers)
        {
            request.Headers[name] = value;
        }

        headers["Content-Type"] = contentType;
        return new UploadTicket(new Uri(await s3.GetPreSignedURLAsync(request)), headers, expires);
    }

    /// <summary>
    /// Lays there what came within something else, as if a client had uploaded it. Twice does no harm under one key.
    /// </summary>
    public async Task PutUpload(TenantId tenant, string name, UploadKey key, byte[] bytes, CancellationToken ct)
    {
        using var body = new MemoryStream(bytes, writable: false);
        await (await S3(tenant, ct)).PutObjectAsync(key.ToPut(Bucket, UploadPlaceOf(tenant, name), body), ct);
    }

    /// <summary>What a client uploaded, as it was; null when there is nothing, or it is larger than it said.</summary>
    public async Task<byte[]?> GetUpload(TenantId tenant, string name, UploadKey key, long sizeBytes, CancellationToken ct)
    {
        if (await UploadedBytes(tenant, name, key, ct) != sizeBytes || await OpenUpload(tenant, name, key, ct) is not { } body)
        {
            return null;
        }

        await using (body)
        {
            var bytes = new byte[sizeBytes];
            await body.ReadExactlyAsync(bytes, ct);
            return bytes;
        }
    }

    /// <summary>Null when nothing was uploaded. Who may not list a bucket is told 403 of what is not there.</summary>
    public async Task<long?> UploadedBytes(TenantId tenant, string name, UploadKey key, CancellationToken ct)
    {
        try
        {
            var head = key.ToHead(Bucket, UploadPlaceOf(tenant, name));
            return (await (await S3(tenant, ct)).GetObjectMetadataAsync(head, ct)).ContentLength;
        }
        catch (AmazonS3Exception absent) when (IsAbsent(absent))
        {
            return null;
        }
    }

    /// <summary>What was uploaded, as a stream; null when it is not there.</summary>
    public async Task<Stream?> OpenUpload(TenantId tenant, string name, UploadKey key, CancellationToken ct)
    {
        try
        {
            var get = key.ToGet(Bucket, UploadPlaceOf(tenant, name));
            return (await (await S3(tenant, ct)).GetObjectAsync(get, ct)).ResponseStream;
        }
        catch (AmazonS3Exception absent) when (IsAbsent(absent))
        {
            return null;
        }
    }

    /// <summary>
    /// Lays a copy of an upload where the scanner looks, under the bucket's own key: it has no upload key and cannot see into
    /// what is under one.
    /// </summary>
    public async Task PutToScan(TenantId tenant, string name, ArraySegment<byte> bytes, CancellationToken ct)
    {
        using var body = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        await (await S3(tenant, ct)).PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Bucket, Key = ScanPlaceOf(tenant, name), InputStream = body, AutoCloseStream = false,
            },
            ct);
    }

    /// <summary>Whether such a copy is there, and the value of one tag of it.</summary>
    public async Task<(bool IsThere, string? Value)> ScanTag(TenantId tenant, string name, string tag, CancellationToken ct)
    {
        try
        {
            var answer = await (await S3(tenant, ct)).GetObjectTaggingAsync(
                new GetObjectTaggingRequest { BucketName = Bucket, Key = ScanPlaceOf(tenant, name) }, ct);
            return (true, answer.Tagging?.FirstOrDefault(t => t.Key == tag)?.Value);
        }
        catch (AmazonS3Exception absent) when (IsAbsent(absent))
        {
            return (false, null);
        }
    }

    public Task DeleteToScan(TenantId tenant, string name, CancellationToken ct) =>
        objects.Delete(tenant, CloudParts.Incoming, ScanPlaceOf(tenant, name), ct);

    private static bool IsAbsent(AmazonS3Exception fault) =>
        fault.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden;

    private async Task<IAmazonS3> S3(TenantId tenant, CancellationToken ct) =>
        (await sessions.For(RoleNames.TenantData, tenant, ct)).S3;

    private static string UploadPlaceOf(TenantId tenant, string name) => $"T/{tenant.Value}/{KeyPatterns.Uploads}/{name}";

    private static string SealedPlaceOf(TenantId tenant, string name) => $"T/{tenant.Value}/{KeyPatterns.Handovers}/{name}";

    private static string ScanPlaceOf(TenantId tenant, string name) => $"{KeyPatterns.ScanPrefix}T/{tenant.Value}/{name}";

    private static byte[] Aad(TenantId tenant, string place) =>
        FieldCipher.Aad(tenant.Value, CloudParts.Incoming.Name, place, "body", 1);
}
