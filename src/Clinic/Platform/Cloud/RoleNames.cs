namespace Clinic.Platform.Cloud;

/// <summary>
/// IAM roles of the system. Function roles hold almost nothing; work is done in tagged sessions of the tenant roles.
/// </summary>
public static class RoleNames
{
    /// <summary>Execution role of the Api function: Directory reads, session and tenant-state reads, and AssumeRole.</summary>
    public const string ApiBase = "ApiBase";

    /// <summary>Execution roles of the workers, one per queue, named Worker-{queue}.</summary>
    public static string Worker(string queue) => $"Worker-{queue}";

    /// <summary>Execution role of the function that seals the trail.</summary>
    public const string Sealer = "Sealer";

    /// <summary>Execution role of the function that an operator runs after a restore.</summary>
    public const string Restorer = "Restorer";

    /// <summary>Execution role of the function that decodes images: it may write its log, and nothing else.</summary>
    public const string Thumbnails = "Thumbnails";

    public const string TenantData = "TenantData";
    public const string TenantOnboard = "TenantOnboard";
    public const string TenantAuditRead = "TenantAuditRead";
    public const string TenantShred = "TenantShred";
    public const string TenantNotice = "TenantNotice";
    public const string TenantSupport = "TenantSupport";
    public const string ClockRole = "ClockRole";

    /// <summary>Roles of one tenant's work carry its tag; the directory and the due index belong to no tenant.</summary>
    public static bool IsTagged(string role) => role is not (TenantOnboard or ClockRole);

    /// <summary>The session tag that the policies read as aws:PrincipalTag/tenant.</summary>
    public const string TenantTag = "tenant";
}
