using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Clinic.Platform.Access;
using Microsoft.AspNetCore.Http;

namespace Clinic.Platform.Http;

/// <summary>
/// The session token: <c>tenant.secret</c>. Only the hash of the secret is stored; the CSRF token is derived from the
/// secret, so it belongs to exactly one session and needs no row (IDN-3).
/// </summary>
public sealed record SessionToken(TenantId Tenant, string Secret)
{
    private const int SecretBytes = 32;
    private static readonly int SecretLength = Base64Length(SecretBytes);

    public string StoredHash => Hash("session");

    public string CsrfToken => Hash("csrf");

    public static SessionToken Draw(TenantId tenant) => new(tenant, RandomSecret());

    /// <summary>256 random bits, URL-safe.</summary>
    public static string RandomSecret() =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SessionToken? token)
    {
        token = null;
        var dot = TenantId.Length;
        if (text is null || text.Length != dot + 1 + SecretLength || text[dot] != '.'
            || !TenantId.TryParse(text[..dot], out var tenant))
        {
            return false;
        }

        var secret = text[(dot + 1)..];
        if (!secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return false;
        }

        token = new SessionToken(tenant, secret);
        return true;
    }

    public override string ToString() => $"{Tenant}.{Secret}";

    private string Hash(string purpose) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{purpose}:{Tenant.Value}.{Secret}")));

    private static int Base64Length(int bytes) => ((bytes * 8) + 5) / 6;
}

/// <summary>
/// The session cookie: HttpOnly, SameSite=Strict, Secure with the __Host- prefix wherever the connection is TLS.
/// </summary>
internal static class SessionCookie
{
    private const string SecureName = "__Host-session";

    /// <summary>Browsers refuse the __Host- prefix over http; only a local run answers over http.</summary>
    private const string LocalName = "session";

    public static string? Read(HttpContext http) => http.Request.Cookies[Name(http)];

    public static void Write(HttpContext http, SessionToken token, TimeSpan maxAge) =>
        http.Response.Cookies.Append(Name(http), token.ToString(), Options(http, maxAge));

    public static void Clear(HttpContext http) => http.Response.Cookies.Append(Name(http), "", Options(http, TimeSpan.Zero));

    private static string Name(HttpContext http) => http.Request.IsHttps ? SecureName : LocalName;

    private static CookieOptions Options(HttpContext http, TimeSpan maxAge) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = maxAge,
    };
}
