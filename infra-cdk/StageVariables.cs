using Clinic.Platform.Cloud;

namespace Clinic.Infra;

/// <summary>
/// What an operator says of a stage. The examples let the app synthesise anywhere; nothing deploys by them, since the
/// credentials of a deployment are of another account than the templates then name, and the certificate does not exist.
/// </summary>
internal sealed class StageVariables(string name, Func<string, string?> variable)
{
    private string? _account;

    public string Stage => name.ToLowerInvariant();

    public MailOptions Mail => new(
        Find("CLINIC_MAIL_FROM") ?? $"no-reply@{Stage}.clinic.example", Find("CLINIC_ALARM_MAIL"));

    /// <summary>Whether GuardDuty Malware Protection watches the bucket of uploads; it is switched on beside the stack.</summary>
    public bool ScansUploads => Find("CLINIC_MALWARE_SCAN") == "on";

    public IReadOnlyList<string> Origins
    {
        get
        {
            string[] origins = [.. (Find("CLINIC_ORIGINS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)];
            return Array.Find(origins, origin => !IsOrigin(origin)) is { } wrong
                ? throw new ArgumentException($"CLINIC_ORIGINS_{name} holds {wrong}: origins are https and a host, no more.")
                : origins;
        }
    }

    public string Account(string example)
    {
        var account = Find("CLINIC_ACCOUNT") ?? example;
        _account = account;
        return account.Length == 12 && account.All(char.IsAsciiDigit)
            ? account
            : throw new ArgumentException($"CLINIC_ACCOUNT_{name} is not an account: twelve digits.");
    }

    /// <param name="example">Null: a stage that can do without a host of its own.</param>
    public ApiDomain? Domain(string? example)
    {
        var host = Find("CLINIC_DOMAIN");
        var certificate = Find("CLINIC_CERTIFICATE");
        if (host is null != certificate is null)
        {
            throw new ArgumentException($"CLINIC_DOMAIN_{name} and CLINIC_CERTIFICATE_{name} go together.");
        }

        if ((host ?? example) is not { } chosen) { return null; }
        var prefix = $"arn:aws:acm:{CloudNames.Region}:{_account}:certificate/";
        var arn = certificate ?? prefix + Guid.Empty;
        return arn.StartsWith(prefix, StringComparison.Ordinal) && Uri.CheckHostName(chosen) == UriHostNameType.Dns
            ? new ApiDomain(chosen, arn)
            : throw new ArgumentException($"CLINIC_DOMAIN_{name}: a host, with a certificate of the same account in Mumbai.");
    }

    private string? Find(string prefix) => variable($"{prefix}_{name}") is { Length: > 0 } value ? value : null;

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
        && text == uri.GetLeftPart(UriPartial.Authority);
}
