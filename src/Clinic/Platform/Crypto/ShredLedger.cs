using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.S3;
using Amazon.S3.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;

namespace Clinic.Platform.Crypto;

/// <summary>Keys that were destroyed in one act; ids and places, nothing that a person could be known by.</summary>
/// <param name="Tenant">Whose they were.</param>
/// <param name="Area">Partition of the Keys table without its tenant.</param>
/// <param name="Ids">Of the keys, not of their rows: a row of an older backup may wrap the same key in another place.</param>
/// <param name="Cause">The clock or message that asked for it.</param>
public sealed record ShredEntry(
    string Tenant, string Area, IReadOnlyList<string> Ids, string Cause, DateTimeOffset At);

/// <summary>
/// Which keys are destroyed, written once under Object Lock and before they are: a backup of Keys would bring them back, and what
/// they sealed with them, so every restore replays the ledger before anybody reads (RET-7, <see cref="ReplayShreds"/>).
/// </summary>
internal sealed class ShredLedger(TenantSessions sessions, TimeProvider clock)
{
    private const string Prefix = "shred/";
    private const int NameBytes = 8;

    public async Task Record(TenantId tenant, string area, IEnumerable<string> ids, string cause, CancellationToken ct)
    {
        var at = clock.GetUtcNow();
        var entry = new ShredEntry(tenant.Value, area, [.. ids], cause, at);
        var name = $"{Keys.AuditSort(at)}-{RandomNumberGenerator.GetHexString(2 * NameBytes, lowercase: true)}.json";
        var json = JsonSerializer.SerializeToUtf8Bytes(entry, ShredJson.Default.ShredEntry);
        using var body = new MemoryStream(json, writable: false);
        var s3 = (await sessions.For(RoleNames.TenantShred, tenant, ct)).S3;
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = sessions.Names.Bucket(CloudParts.Trail),
                Key = $"{Prefix}T/{tenant.Value}/{name}",
                InputStream = body,
                ContentType = "application/json",
                AutoCloseStream = false,
            },
            ct);
    }

    /// <summary>
    /// Every entry of every clinic with its name, from <paramref name="after"/> (exclusive), for the function that may read them.
    /// </summary>
    public static async IAsyncEnumerable<(string Name, ShredEntry Entry)> All(
        IAmazonS3 s3, CloudNames names, string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        var bucket = names.Bucket(CloudParts.Trail);
        string? more = null;
        do
        {
            var page = await s3.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = bucket, Prefix = Prefix, StartAfter = after, ContinuationToken = more },
                ct);
            foreach (var place in page.S3Objects ?? [])
            {
                using var found = await s3.GetObjectAsync(bucket, place.Key, ct);
                var entry = await JsonSerializer.DeserializeAsync(found.ResponseStream, ShredJson.Default.ShredEntry, ct);
                yield return (place.Key, entry ?? throw new InvalidOperationException("An entry of the shred ledger is empty."));
            }

            more = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (more is not null);
    }
}

[JsonSerializable(typeof(ShredEntry))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
internal sealed partial class ShredJson : JsonSerializerContext;
