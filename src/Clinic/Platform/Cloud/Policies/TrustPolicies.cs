namespace Clinic.Platform.Cloud.Policies;

/// <summary>Who may become whom. A tenant role demands its tag, and no other tag, from the function that assumes it.</summary>
internal static class TrustPolicies
{
    private static readonly string[] AssumeAndTag = ["sts:AssumeRole", "sts:TagSession"];

    /// <summary>Execution roles are assumed by Lambda alone.</summary>
    internal static PolicyDocument OfFunction(string role) => new(
        role,
        [
            new PolicyStatement("Lambda", PolicyEffect.Allow, ["sts:AssumeRole"], [new PolicyResource.Self()])
                .For(new PolicyPrincipal.Service("lambda.amazonaws.com")),
        ]);

    /// <summary>
    /// The tag's length is exact, since a shorter one would make a prefix and an empty one a wildcard of the patterns. Another
    /// tag is refused: what a later policy reads as a tag shall not be the caller's to choose.
    /// </summary>
    internal static PolicyDocument OfTenantRole(string role) => new(
        role,
        [
            Functions(role, AssumeAndTag).When(
                PolicyCondition.Like(KeyPatterns.RequestTenant, KeyPatterns.AnyTenant),
                PolicyCondition.EveryEqual("aws:TagKeys", RoleNames.TenantTag),
                PolicyCondition.IsNull("aws:TagKeys", false)),
        ]);

    /// <summary>Roles that work for no tenant in particular, and therefore may carry no tag.</summary>
    internal static PolicyDocument OfUntaggedRole(string role) => new(
        role,
        [Functions(role, ["sts:AssumeRole"]).When(PolicyCondition.IsNull("aws:TagKeys", true))]);

    private static PolicyStatement Functions(string role, string[] actions) =>
        new PolicyStatement("Functions", PolicyEffect.Allow, actions, [new PolicyResource.Self()])
            .For(Callers(role).Select(caller => new PolicyPrincipal.Role(caller)));

    /// <summary>The same lists that the functions' own policies are made of, so the two sides cannot drift apart.</summary>
    private static IEnumerable<string> Callers(string role)
    {
        if (FunctionRoles.RolesOfApi.Contains(role)) { yield return RoleNames.ApiBase; }
        foreach (var queue in CloudParts.Queues.Where(queue => FunctionRoles.RolesOfWorker(queue).Contains(role)))
        {
            yield return RoleNames.Worker(queue.Name);
        }
    }
}
