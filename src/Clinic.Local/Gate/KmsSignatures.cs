using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Clinic.Platform.Cloud;

namespace Clinic.Local.Gate;

/// <summary>What KMS does with keys of P-256: signs digests, and tells the public half. The private half stays here.</summary>
internal sealed class KmsSignatures(Authorizer authorizer, KeyFolder keys)
{
    private const string Algorithm = "ECDSA_SHA_256";

    public GateAnswer Sign(KmsKeySpec key, JsonElement body)
    {
        if (KmsService.Text(body, "SigningAlgorithm") != Algorithm || KmsService.Text(body, "MessageType") != "DIGEST")
        {
            throw KmsService.Invalid($"This stand-in signs digests, by {Algorithm}.");
        }

        var digest = KmsService.Bytes(body, "Message", SHA256.HashSizeInBytes);
        if (digest.Length != SHA256.HashSizeInBytes) { throw KmsService.Invalid("Digest is invalid length for algorithm."); }
        using var pair = Pair(key);
        var signature = pair.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);
        return Write(key, json =>
        {
            json.WriteBase64String("Signature", signature);
            json.WriteString("SigningAlgorithm", Algorithm);
        });
    }

    public GateAnswer PublicKey(KmsKeySpec key)
    {
        using var pair = Pair(key);
        var info = pair.ExportSubjectPublicKeyInfo();
        return Write(key, json =>
        {
            json.WriteBase64String("PublicKey", info);
            json.WriteString("KeySpec", "ECC_NIST_P256");
            json.WriteString("KeyUsage", "SIGN_VERIFY");
            json.WriteStartArray("SigningAlgorithms");
            json.WriteStringValue(Algorithm);
            json.WriteEndArray();
        });
    }

    /// <summary>The folder's 256 random bits are the private number; one in 2^32 keys is none, and is refused here.</summary>
    private ECDsa Pair(KmsKeySpec key) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256, D = keys.Key("kms-" + key.Name),
    });

    private GateAnswer Write(KmsKeySpec key, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("KeyId", authorizer.Arns.Key(key));
            members(json);
            json.WriteEndObject();
        }

        return new GateAnswer(200, "application/x-amz-json-1.1", buffer.WrittenMemory);
    }
}
