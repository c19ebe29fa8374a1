using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Clinic.Platform.Access;

/// <summary>
/// A clinic. Exactly eight characters of [a-z0-9]: the fixed length and the alphabet without '#' are what make
/// "T#abc#*" in a policy unable to match another tenant (design, isolation).
/// </summary>
public readonly record struct TenantId
{
    public const int Length = 8;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly string? value;

    private TenantId(string value) => this.value = value;

    /// <summary>The reserved tenant: operators are its members, and calls without a clinic are in its trail.</summary>
    public static TenantId Platform { get; } = new("platform");

    public string Value => value ?? throw new InvalidOperationException("A tenant id was never given.");

    public bool IsPlatform => this == Platform;

    /// <summary>A new random id. Not a secret: uniqueness comes from the write condition of the sign-up.</summary>
    public static TenantId Draw()
    {
        var drawn = new TenantId(RandomNumberGenerator.GetString(Alphabet, Length));
        return drawn.IsPlatform ? Draw() : drawn;
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out TenantId tenant)
    {
        var valid = text is { Length: Length } && text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9');
        tenant = valid ? new TenantId(text!) : default;
        return valid;
    }

    public static TenantId Parse(string text) =>
        TryParse(text, out var tenant) ? tenant : throw new FormatException("Not a tenant id.");

    public override string ToString() => Value;
}
