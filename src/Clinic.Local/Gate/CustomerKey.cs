using System.Security.Cryptography;
using Clinic.Platform.Store;
using Microsoft.AspNetCore.Http;

namespace Clinic.Local.Gate;

/// <summary>
/// Encryption under a key that comes with the request (SSE-C), which the stand-in does not know: what is put is encrypted here,
/// before it leaves for the stand-in, and the object remembers by a salted digest under which key. The errors are those of S3
/// (S3 user guide, "Using server-side encryption with customer-provided keys").
/// </summary>
internal sealed record CustomerKey(byte[] Bytes)
{
    /// <summary>Of the stand-in's own metadata, which no client may set and none is shown.</summary>
    public const string MetaHeader = "x-amz-meta-gate-customer-key";

    public static readonly string[] Headers = [UploadKey.AlgorithmHeader, UploadKey.KeyHeader, UploadKey.KeyMd5Header];

    private const int DigestBytes = 32;

    public string Md5 => UploadKey.Md5(Bytes);

    public static bool IsGiven(Func<string, bool> hasHeader) => Headers.Any(hasHeader);

    /// <summary>Null when the request brings none.</summary>
    /// <exception cref="GateFaultException">It brings a part of one, or one that is garbled.</exception>
    public static CustomerKey? Of(IHeaderDictionary headers)
    {
        if (!IsGiven(headers.ContainsKey)) { return null; }
        if (headers[UploadKey.AlgorithmHeader].ToString() != UploadKey.Algorithm)
        {
            throw new GateFaultException(
                400, "InvalidEncryptionAlgorithmError", "The encryption request you specified is not valid.");
        }

        var bytes = new byte[UploadKey.LengthBytes + 1];
        if (!Convert.TryFromBase64String(headers[UploadKey.KeyHeader].ToString(), bytes, out var length)
            || length != UploadKey.LengthBytes)
        {
            throw new GateFaultException(400, "InvalidArgument", "The secret key was invalid for the specified algorithm.");
        }

        var key = new CustomerKey(bytes[..length]);
        return headers[UploadKey.KeyMd5Header].ToString() == key.Md5
            ? key
            : throw new GateFaultException(
                400, "InvalidArgument", "The calculated MD5 hash of the key did not match the hash that was provided.");
    }

    /// <summary>The object's ciphertext, and what the object is to remember: the counter's start and the digest.</summary>
    public (Stream Body, string Memory) Seal(Stream plain)
    {
        var start = RandomNumberGenerator.GetBytes(CounterStream.BlockBytes);
        return (new CounterStream(plain, Bytes, start, at: 0), Convert.ToBase64String([.. start, .. Digest(start)]));
    }

    /// <param name="at">How many bytes of the object are before <paramref name="body"/>.</param>
    public Stream Open(Stream body, string memory, long at) =>
        new CounterStream(body, Bytes, Convert.FromBase64String(memory).AsSpan(0, CounterStream.BlockBytes), at);

    /// <summary>Whether what an object remembers, and what the request brings, belong together.</summary>
    /// <exception cref="GateFaultException">As S3 refuses: without the key, with another, with one for nothing.</exception>
    public static void Check(CustomerKey? given, string? memory)
    {
        if (memory is null)
        {
            if (given is null) { return; }
            throw new GateFaultException(
                400, "InvalidRequest", "The encryption parameters are not applicable to this object.");
        }

        if (given is null)
        {
            throw new GateFaultException(
                400, "InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct parameters must"
                    + " be provided to retrieve the object.");
        }

        var bytes = Convert.FromBase64String(memory);
        var (start, digest) = (bytes[..CounterStream.BlockBytes], bytes[CounterStream.BlockBytes..]);
        if (digest.Length != DigestBytes || !CryptographicOperations.FixedTimeEquals(digest, given.Digest(start)))
        {
            throw new GateFaultException(403, "AccessDenied", "Access Denied because object's customer key differs.");
        }
    }

    private byte[] Digest(byte[] salt) => HMACSHA256.HashData(Bytes, (byte[])[.. "gate"u8, .. salt]);
}
