using System.Security.Cryptography;
using Amazon.S3.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;

namespace Clinic.Platform.Store;

/// <summary>
/// Sealed bodies too large for a row: the ciphertext goes to the documents bucket under the clinic's own prefix, and the row
/// keeps the pointer. Written before the row, under a name drawn at random, so a crash leaves an unreferenced ciphertext at most.
/// </summary>
internal sealed class SealedSpill(TenantSessions sessions)
{
    /// <summary>Above this, a body spills: a row may hold 400 KB, and a transaction 4 MB.</summary>
    public const int RowBytesMax = 64 * 1024;

    public static string Pointer(string attribute) => attribute + "_at";

    public async Task<string> Put(TenantId tenant, byte[] sealedBytes, CancellationToken ct)
    {
        var place = $"T/{tenant.Value}/spill/{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        await Put(tenant, CloudParts.Documents, place, sealedBytes, ct);
        return place;
    }

    public async Task Put(TenantId tenant, BucketSpec bucket, string place, byte[] bytes, CancellationToken ct)
    {
        var s3 = (await sessions.For(RoleNames.TenantData, tenant, ct)).S3;
        using var body = new MemoryStream(bytes, writable: false);
        await s3.PutObjectAsync(
            new PutObjectRequest { BucketName = sessions.Names.Bucket(bucket), Key = place, InputStream = body,
                AutoCloseStream = false }, ct);
    }

    public Task<byte[]> Get(TenantId tenant, string place, CancellationToken ct) => Get(tenant, CloudParts.Documents, place, ct);

    public async Task<byte[]> Get(TenantId tenant, BucketSpec bucket, string place, CancellationToken ct)
    {
        var s3 = (await sessions.For(RoleNames.TenantData, tenant, ct)).S3;
        using var answer = await s3.GetObjectAsync(sessions.Names.Bucket(bucket), place, ct);
        using var body = new MemoryStream(checked((int)answer.ContentLength));
        await answer.ResponseStream.CopyToAsync(body, ct);
        return body.ToArray();
    }

    public async Task Delete(TenantId tenant, BucketSpec bucket, string place, CancellationToken ct)
    {
        var s3 = (await sessions.For(RoleNames.TenantData, tenant, ct)).S3;
        await s3.DeleteObjectAsync(sessions.Names.Bucket(bucket), place, ct);
    }
}
