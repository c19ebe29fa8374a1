using Clinic.Platform.Access;
using Clinic.Platform.Cloud;

namespace Clinic.Platform.Crypto;

/// <summary>
/// Whose keys, and on which role's credentials they are unwrapped. Each role has its own in memory: what one may unwrap never
/// serves another.
/// </summary>
internal readonly record struct KeyUser(TenantId Tenant, string Role)
{
    public static implicit operator KeyUser(TenantId tenant) => new(tenant, RoleNames.TenantData);

    public static KeyUser Of(Caller caller) => new(caller.Tenant, caller.StoreRole);

    /// <summary>What is asked of KMS at all; its own policy refuses the rest (<c>TenantRoles</c>).</summary>
    public IReadOnlyList<TenantPurpose> Purposes => Role switch
    {
        RoleNames.TenantNotice => [TenantPurpose.Contacts, TenantPurpose.AuditDetail, TenantPurpose.Identities],
        RoleNames.TenantSupport => [TenantPurpose.Identities],
        _ => Enum.GetValues<TenantPurpose>(),
    };

    public string CachePrefix => Role == RoleNames.TenantData ? $"{Tenant.Value}/" : $"{Tenant.Value}!{Role}/";
}
