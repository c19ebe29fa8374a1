namespace Clinic.Platform.Cloud.Policies;

/// <summary>A role: what it may do, and who may become it.</summary>
public sealed record RoleSpec(string Name, bool IsFunction, PolicyDocument Identity, PolicyDocument Trust);

/// <summary>Every role of the system. infra-cdk creates them; the gate in front of the local stand-ins evaluates them.</summary>
public static class Roles
{
    public static readonly IReadOnlyList<RoleSpec> Functions =
    [
        Function(FunctionRoles.ApiBase),
        .. CloudParts.Queues.Select(queue => Function(FunctionRoles.Worker(queue))),
        Function(FunctionRoles.Sealer),
        Function(FunctionRoles.Restorer),
        Function(FunctionRoles.Thumbnails),
    ];

    public static readonly IReadOnlyList<RoleSpec> Assumed =
    [
        Tagged(TenantRoles.Data),
        Tagged(TenantRoles.AuditRead),
        Tagged(TenantRoles.Shred),
        Tagged(TenantRoles.Notice),
        Tagged(TenantRoles.Support),
        Untagged(TenantRoles.Onboard),
        Untagged(TenantRoles.Clock),
    ];

    public static readonly IReadOnlyList<RoleSpec> All = [.. Functions, .. Assumed];

    public static RoleSpec? Find(string name) => All.FirstOrDefault(role => role.Name == name);

    private static RoleSpec Function(PolicyDocument identity) =>
        new(identity.Name, IsFunction: true, identity, TrustPolicies.OfFunction(identity.Name));

    private static RoleSpec Tagged(PolicyDocument identity) =>
        new(identity.Name, IsFunction: false, identity, TrustPolicies.OfTenantRole(identity.Name));

    private static RoleSpec Untagged(PolicyDocument identity) =>
        new(identity.Name, IsFunction: false, identity, TrustPolicies.OfUntaggedRole(identity.Name));
}
