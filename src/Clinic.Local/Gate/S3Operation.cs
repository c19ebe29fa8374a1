using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>An S3 call in the path style: what it does, to which object, and which KMS calls S3 makes for it.</summary>
internal sealed record S3Operation(
    string Name, string Action, string Bucket, string Key, IReadOnlyList<string> KmsActions)
{
    private static readonly string[] Opens = ["kms:Decrypt"];
    private static readonly string[] Seals = ["kms:GenerateDataKey"];
    private static readonly string[] Both = ["kms:GenerateDataKey", "kms:Decrypt"];

    // Each of these would do more than the action says, or touch an object that the resource does not name.
    private static readonly string[] RefusedHeaders =
    [
        "x-amz-copy-source", "x-amz-rename-source", "x-amz-acl", "x-amz-tagging", "x-amz-website-redirect-location",
        "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold",
        "x-amz-bypass-governance-retention", "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp",
        "x-amz-grant-write", "x-amz-grant-write-acp",

        // Another key than the bucket's own: S3 would ask KMS about that one, and the policies were asked about this.
        "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-context",
        "x-amz-server-side-encryption-bucket-key-enabled",

        // How the gate remembers the key of an object.
        CustomerKey.MetaHeader,
    ];

    /// <summary>A whole object at a time: nobody here writes one in parts under a key of its own.</summary>
    private static readonly string[] TakeCustomerKeys = ["PutObject", "GetObject", "HeadObject"];

    private static readonly string[] ObjectQuery =
        ["x-id", "tagging", "uploads", "uploadId", "partNumber", "max-parts", "part-number-marker",
            "response-content-disposition", "response-content-type", "response-cache-control"];

    private static readonly string[] ListQuery =
        ["x-id", "list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type",
            "fetch-owner"];

    public string ObjectArn => $"arn:aws:s3:::{Bucket}/{Key}";

    public bool UnderCustomerKey { get; private init; }

    public bool IsList => Key.Length == 0;

    /// <summary>A write of a whole object, which If-None-Match guards.</summary>
    public bool Creates => Name is "PutObject" or "CompleteMultipartUpload";

    /// <summary>Null for what no role of this system needs: it is denied without being understood.</summary>
    public static S3Operation? Of(string method, string path, AwsQuery query, Func<string, bool> hasHeader)
    {
        var parts = path.TrimStart('/').Split('/', 2);
        var bucket = AwsText.Decode(parts[0]);
        var key = parts.Length == 2 ? AwsText.Decode(parts[1]) : "";
        if (query.HasTwice || RefusedHeaders.Any(hasHeader) || !IsPlain(bucket) || bucket.Contains('/', StringComparison.Ordinal))
        {
            return null;
        }

        // A stand-in or a library between may fold "a/../b" although S3 does not; then the key checked is not the key touched.
        if (key.Split('/').Any(segment => segment is "." or "..") || key.Any(char.IsControl)) { return null; }
        var names = query.Names.Where(name => !name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase));
        if (names.Except(key.Length == 0 ? ListQuery : ObjectQuery).Any()) { return null; }
        if (key.Length == 0)
        {
            return method == "GET" && query["list-type"] == "2"
                ? new S3Operation("ListObjectsV2", "s3:ListBucket", bucket, "", [])
                : null;
        }

        if (OfObject(method, query) is not var (name, action, kms)) { return null; }
        if (!CustomerKey.IsGiven(hasHeader)) { return new S3Operation(name, action, bucket, key, kms); }

        // With a key that comes along S3 asks nothing of KMS.
        return TakeCustomerKeys.Contains(name)
            ? new S3Operation(name, action, bucket, key, []) { UnderCustomerKey = true } : null;
    }

    /// <summary>Null for a bucket that is none of ours.</summary>
    public BucketSpec? Spec(CloudNames names) => CloudParts.Buckets.FirstOrDefault(bucket => names.Bucket(bucket) == Bucket);

    public IEnumerable<PolicyRequest> Requests(AwsQuery query, PolicyContext context, NamedArns arns)
    {
        var asked = context.Copy();
        if (query["prefix"] is { } prefix) { asked.Set("s3:prefix", prefix); }
        if (query["delimiter"] is { } delimiter) { asked.Set("s3:delimiter", delimiter); }
        if (UnderCustomerKey) { asked.Set(KeyPatterns.UploadKeyAlgorithm, KeyPatterns.UploadKeyAes); }
        yield return new PolicyRequest(Action, IsList ? $"arn:aws:s3:::{Bucket}" : ObjectArn, asked);

        // S3 calls KMS as the caller, with the object as context (no bucket keys).
        var key = Spec(arns.Names) is { } known ? CloudParts.KeyOf(known) : CloudParts.DataAtRest;
        foreach (var kms in KmsActions)
        {
            yield return new PolicyRequest(kms, arns.Key(key), context.Copy()
                .Set(KeyPatterns.ViaService, KeyPatterns.ViaS3)
                .Set("kms:EncryptionContext:aws:s3:arn", ObjectArn));
        }
    }

    private static (string Name, string Action, string[] Kms)? OfObject(string method, AwsQuery query) =>
        query.Has("tagging")
        ? method == "GET" && !query.Has("uploads") && !query.Has("uploadId") && !query.Has("partNumber")
            ? ("GetObjectTagging", "s3:GetObjectTagging", []) : null
        : (method, query.Has("uploads"), query.Has("uploadId"), query.Has("partNumber")) switch
        {
            ("GET", false, false, _) => ("GetObject", "s3:GetObject", Opens),
            ("HEAD", false, false, _) => ("HeadObject", "s3:GetObject", Opens),
            ("PUT", false, false, false) => ("PutObject", "s3:PutObject", Seals),
            ("DELETE", false, false, false) => ("DeleteObject", "s3:DeleteObject", []),
            ("POST", true, false, false) => ("CreateMultipartUpload", "s3:PutObject", Seals),
            ("PUT", false, true, true) => ("UploadPart", "s3:PutObject", Both),
            ("POST", false, true, false) => ("CompleteMultipartUpload", "s3:PutObject", Both),
            ("DELETE", false, true, false) => ("AbortMultipartUpload", "s3:AbortMultipartUpload", []),
            ("GET", false, true, false) => ("ListParts", "s3:ListMultipartUploadParts", []),
            _ => null,
        };

    private static bool IsPlain(string bucket) =>
        bucket.Length is >= 3 and <= 63
        && bucket.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
