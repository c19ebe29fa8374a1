using Microsoft.AspNetCore.Http;

namespace Clinic.Local.Gate;

/// <summary>Who signed a request. No signature that holds, no principal.</summary>
internal sealed class Authenticator(Sessions sessions, GateOptions options)
{
    private static readonly Dictionary<string, string> NoTags = [];

    // What AWS allows a presigned address at most.
    private static readonly TimeSpan ExpiresMax = TimeSpan.FromDays(7);

    public GatePrincipal Authenticate(
        HttpRequest request, Signature signature, AwsQuery query, string path, ReadOnlyMemory<byte> body, bool bodyHeld)
    {
        var (principal, secret, expires) = Find(signature);
        var hash = signature.PayloadHash(request, body.Span);
        if ((bodyHeld && !Signature.BodyIsAsDeclared(request, body.Span))
            || !signature.IsBy(secret, request, query, CanonicalPath(signature.Service, path), hash))
        {
            throw GateErrors.BadSignature(signature.Service);
        }

        // Only now: whether a session has ended is told to its holder, not to whoever guesses keys.
        if (expires <= options.Clock.GetUtcNow()) { throw GateErrors.Expired(signature.Service); }
        if (signature.Expires is { } holds) { CheckPresigned(signature, holds); }
        return principal;
    }

    private (GatePrincipal Principal, string Secret, DateTimeOffset Expires) Find(Signature signature)
    {
        if (signature.Token is { } token)
        {
            var session = sessions.Open(signature.AccessKey, token) ?? throw GateErrors.UnknownKey(signature.Service);
            return (session.Principal, session.Secret, session.Expires);
        }

        var role = LocalPrincipals.Find(signature.AccessKey) ?? throw GateErrors.UnknownKey(signature.Service);
        return (new GatePrincipal(role, "local", NoTags), LocalPrincipals.SecretKey(role.Name), DateTimeOffset.MaxValue);
    }

    private void CheckPresigned(Signature signature, TimeSpan holds)
    {
        if (signature.SignedAt() is not { } at || holds <= TimeSpan.Zero || holds > ExpiresMax)
        {
            throw new GateFaultException(
                400, "AuthorizationQueryParametersError", "X-Amz-Date or X-Amz-Expires is out of range.");
        }

        if (at + holds < options.WireClock.GetUtcNow()) { throw GateErrors.Denied(signature.Service, "Request has expired"); }
    }

    /// <summary>S3 signs the path encoded once, every other service encodes it once more.</summary>
    private static string CanonicalPath(string service, string path) => service == GateErrors.S3
        ? AwsText.Encode(AwsText.Decode(path), keepSlash: true)
        : AwsText.Encode(path, keepSlash: true);
}
