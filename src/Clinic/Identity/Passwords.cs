using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Clinic.Identity;

/// <summary>
/// Salted slow hashes in a versioned format: PBKDF2-HMAC-SHA512 by ASP.NET Core's hasher (IDN-1; the sources name bcrypt, which
/// no package here offers, and our texts say so).
/// </summary>
internal static class Passwords
{
    public const int LengthMin = 12;
    public const int LengthMax = 128;

    /// <summary>OWASP's figure for PBKDF2-HMAC-SHA512.</summary>
    public const int Iterations = 210_000;

    private static readonly PasswordHasher<object> Hasher =
        new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    /// <summary>Hash of nobody's password: an unknown address costs the same time as a wrong password.</summary>
    private static readonly Lazy<string> Nobody = new(() => Hash(Platform.Http.SessionToken.RandomSecret()));

    public static string Hash(string password) => Hasher.HashPassword(Hasher, password);

    public static bool Matches(string hash, string password) =>
        Hasher.VerifyHashedPassword(Hasher, hash, password) != PasswordVerificationResult.Failed;

    public static void SpendTheTime(string password) => Matches(Nobody.Value, password);
}
