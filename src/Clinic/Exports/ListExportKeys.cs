using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Crypto;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Exports;

/// <summary>A public key as JWK (RFC 7517), with the same as PEM for tools that read that.</summary>
/// <param name="Kid">Its thumbprint (RFC 7638).</param>
public sealed record ExportKey(string Kty, string Crv, string X, string Y, string Use, string Alg, string Kid, string Pem);

public sealed record ExportKeysResponse(IReadOnlyList<ExportKey> Keys);

/// <summary>
/// With which keys manifests of exports are signed. For everybody: whoever is handed an export can tell, without an account, that
/// it came from here and is whole.
/// </summary>
public static class ListExportKeys
{
    internal static async Task<Ok<ExportKeysResponse>> Handle(ExportSigning signing, CancellationToken ct) =>
        TypedResults.Ok(new ExportKeysResponse([Of(await signing.PublicKey(ct))]));

    /// <param name="publicKey">SubjectPublicKeyInfo of a P-256 key.</param>
    internal static ExportKey Of(byte[] publicKey)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var thumbprint = SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""));
        return new ExportKey(
            "EC", "P-256", x, y, "sig", "ES256", Base64Url.EncodeToString(thumbprint), key.ExportSubjectPublicKeyInfoPem());
    }
}
