using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime.Internal.Auth;

namespace Clinic.Platform.Cloud;

/// <summary>
/// Signs a POST of JSON to a service that has no client package here, by the SDK's own SigV4 signer and as the function itself.
/// </summary>
internal static class SignedCall
{
    public const string Json = "application/json";
    private const string SignedHeaders = "content-type;host;x-amz-content-sha256;x-amz-date";

    /// <param name="path">Of letters that no encoding changes.</param>
    /// <param name="query">Likewise; empty for none.</param>
    public static async Task Sign(
        HttpRequestMessage request, AwsAccess aws, string service, string path, string query, byte[] body)
    {
        // AWS signs by wall-clock time; a test that moves the product's clock must not move the signature's.
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var date = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        var credentials = await aws.FunctionOrEnvironment.GetCredentialsAsync();
        var canonical = new StringBuilder("POST\n").Append(path).Append('\n').Append(query).Append('\n')
            .Append("content-type:").Append(Json).Append('\n')
            .Append("host:").Append(request.RequestUri!.Authority).Append('\n')
            .Append("x-amz-content-sha256:").Append(hash).Append('\n')
            .Append("x-amz-date:").Append(date).Append('\n');
        if (credentials.UseToken)
        {
            canonical.Append("x-amz-security-token:").Append(credentials.Token).Append('\n');
            request.Headers.Add("x-amz-security-token", credentials.Token);
        }

        var signed = credentials.UseToken ? SignedHeaders + ";x-amz-security-token" : SignedHeaders;
        canonical.Append('\n').Append(signed).Append('\n').Append(hash);
        var signature = AWS4Signer.ComputeSignature(
            credentials, CloudNames.Region, now, service, signed, canonical.ToString());
        request.Headers.Add("x-amz-date", date);
        request.Headers.Add("x-amz-content-sha256", hash);
        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
    }
}
