using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Platform.Store;

/// <summary>
/// Under what S3 encrypts one upload before it writes it, and forgets it then (SSE-C, S3 user guide, "Using server-side
/// encryption with customer-provided keys"): the client sends it in the headers of its ticket, we send it with each reading.
/// Whoever has the bucket, and the bucket's own key, has noise. It is kept sealed in the row of what is uploaded.
/// </summary>
internal sealed class UploadKey
{
    public const int LengthBytes = 32;
    public const string Algorithm = KeyPatterns.UploadKeyAes;
    public const string AlgorithmHeader = "x-amz-server-side-encryption-customer-algorithm";
    public const string KeyHeader = "x-amz-server-side-encryption-customer-key";
    public const string KeyMd5Header = "x-amz-server-side-encryption-customer-key-MD5";

    private readonly byte[] bytes;

    /// <exception cref="ArgumentException">It has not 256 bits.</exception>
    public UploadKey(byte[] bytes) => this.bytes = bytes.Length == LengthBytes
        ? bytes : throw new ArgumentException("An upload key has 256 bits.", nameof(bytes));

    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>What a PUT must carry, and each of it is signed.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers =>
    [
        new(AlgorithmHeader, Algorithm), new(KeyHeader, Text), new(KeyMd5Header, Md5(bytes)),
    ];

    private string Text => Convert.ToBase64String(bytes);

    public static UploadKey New() => new(RandomNumberGenerator.GetBytes(LengthBytes));

    public PutObjectRequest ToPut(string bucket, string place, Stream body) => new()
    {
        BucketName = bucket,
        Key = place,
        InputStream = body,
        AutoCloseStream = false,
        UseChunkEncoding = false,
        ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256,
        ServerSideEncryptionCustomerProvidedKey = Text,
    };

    public GetObjectRequest ToGet(string bucket, string place) => new()
    {
        BucketName = bucket,
        Key = place,
        ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256,
        ServerSideEncryptionCustomerProvidedKey = Text,
    };

    public GetObjectMetadataRequest ToHead(string bucket, string place) => new()
    {
        BucketName = bucket,
        Key = place,
        ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256,
        ServerSideEncryptionCustomerProvidedKey = Text,
    };

    /// <summary>S3 asks for this digest to notice a key that was garbled on its way; nothing rests on its strength.</summary>
    public static string Md5(ReadOnlySpan<byte> key)
    {
#pragma warning disable CA5351
        return Convert.ToBase64String(MD5.HashData(key));
#pragma warning restore CA5351
    }
}
