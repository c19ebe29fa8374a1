using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>Who calls: a role, the name of its session and the session's tags.</summary>
internal sealed record GatePrincipal(RoleSpec Role, string Session, IReadOnlyDictionary<string, string> Tags)
{
    private PolicyContext? _context;

    public string? Tenant => Tags.GetValueOrDefault(RoleNames.TenantTag);

    public string Arn(CloudNames names) =>
        $"arn:aws:sts::{names.Account}:assumed-role/{names.RoleName(Role.Name)}/{Session}";

    /// <summary>What every request of this principal carries.</summary>
    public PolicyContext Context(CloudNames names) => (_context ??= Build(names)).Copy();

    private PolicyContext Build(CloudNames names)
    {
        // The last stretch to the stand-ins has no TLS; the request is judged as AWS would see it.
        var context = new PolicyContext()
            .Set("aws:SecureTransport", "true")
            .Set("aws:PrincipalArn", names.RoleArn(Role.Name));
        foreach (var (key, value) in Tags) { context.Set($"aws:PrincipalTag/{key}", value); }
        return context;
    }
}
