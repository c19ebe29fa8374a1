using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>
/// The access keys that stand for the execution roles of functions: what Lambda would put into a function's environment.
/// They open nothing but the gate on this machine, hence constants and not secrets.
/// </summary>
public static class LocalPrincipals
{
    public static readonly IReadOnlyList<string> Roles = [.. Platform.Cloud.Policies.Roles.Functions.Select(role => role.Name)];

    /// <summary>For example AKIALOCALAPIBASE or AKIALOCALWORKERBREACHALERTS.</summary>
    public static string AccessKey(string role) =>
        "AKIALOCAL" + string.Concat(Known(role).Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    public static string SecretKey(string role) => "local-secret-of-" + Known(role);

    /// <summary>What a function's process finds in its environment, ready to be set on it.</summary>
    public static IReadOnlyDictionary<string, string> Environment(string role, Uri gate) => new Dictionary<string, string>
    {
        ["AWS_ACCESS_KEY_ID"] = AccessKey(role),
        ["AWS_SECRET_ACCESS_KEY"] = SecretKey(role),
        ["AWS_REGION"] = CloudNames.Region,
        ["AWS_ENDPOINT_URL"] = gate.ToString().TrimEnd('/'),

        // A machine's own profile must not leak into what is meant to be closed.
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    internal static RoleSpec? Find(string accessKey) =>
        Platform.Cloud.Policies.Roles.Functions.FirstOrDefault(role => AccessKey(role.Name) == accessKey);

    private static string Known(string role) =>
        Roles.Contains(role) ? role : throw new ArgumentException($"{role} is no role of a function.", nameof(role));
}
