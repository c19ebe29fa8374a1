using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Clinic.Platform.Cloud;

namespace Clinic.Platform.Crypto;

/// <summary>
/// The platform's key for manifests of exports (ECDSA over P-256 with SHA-256). It never leaves KMS: the worker of exports alone
/// may sign with it, the Api may ask for its public half.
/// </summary>
internal sealed class ExportSigning(AwsAccess aws) : IDisposable
{
    private readonly Lazy<IAmazonKeyManagementService> kms = new(() => aws.Kms(aws.FunctionOrEnvironment));
    private byte[]? publicKey;

    private string KeyId => aws.Names.KmsAlias(CloudParts.ExportSigning);

    /// <returns>DER, as RFC 3279 and every common tool have it.</returns>
    public async Task<byte[]> Sign(byte[] text, CancellationToken ct)
    {
        using var digest = new MemoryStream(SHA256.HashData(text));
        var answer = await kms.Value.SignAsync(
            new SignRequest
            {
                KeyId = KeyId, Message = digest, MessageType = MessageType.DIGEST,
                SigningAlgorithm = SigningAlgorithmSpec.ECDSA_SHA_256,
            },
            ct);
        return answer.Signature.ToArray();
    }

    /// <summary>Its public half as SubjectPublicKeyInfo; asked for once in a process, for KMS never changes it.</summary>
    public async Task<byte[]> PublicKey(CancellationToken ct) => publicKey ??=
        (await kms.Value.GetPublicKeyAsync(new GetPublicKeyRequest { KeyId = KeyId }, ct)).PublicKey.ToArray();

    public void Dispose()
    {
        if (kms.IsValueCreated)
        {
            kms.Value.Dispose();
        }
    }
}
