namespace Clinic.Platform.Cloud.Policies;

/// <summary>One authorization question: may the principal do this to that.</summary>
public sealed record PolicyRequest(string Action, string Resource, PolicyContext Context);

public enum PolicyVerdict
{
    /// <summary>No statement speaks of the request, which denies it.</summary>
    Silent,
    Allowed,

    /// <summary>A Deny speaks of it; nothing can allow it.</summary>
    Denied,
}

/// <summary>What IAM does with the policies of one request: an explicit denial wins, silence denies.</summary>
public static class PolicyEvaluator
{
    /// <summary>
    /// Identity policies must allow and no policy of the resource may deny. An allowance by the resource alone does not
    /// suffice here (in one account AWS takes it): no role of this system relies on one, and a test pins that.
    /// </summary>
    public static PolicyVerdict Decide(
        PolicyRequest request, IReadOnlyList<BoundPolicy> identity, IReadOnlyList<BoundPolicy> resource, string principal)
    {
        var own = Decide(request, identity, principal: null);
        return Decide(request, resource, principal) == PolicyVerdict.Denied ? PolicyVerdict.Denied : own;
    }

    /// <summary>The verdict of these policies alone; principal is null for identity policies.</summary>
    public static PolicyVerdict Decide(PolicyRequest request, IReadOnlyList<BoundPolicy> policies, string? principal)
    {
        var verdict = PolicyVerdict.Silent;
        foreach (var policy in policies)
        {
            foreach (var statement in policy.Statements)
            {
                if (!Applies(statement, request, principal)) { continue; }
                if (statement.Effect == PolicyEffect.Deny) { return PolicyVerdict.Denied; }
                verdict = PolicyVerdict.Allowed;
            }
        }

        return verdict;
    }

    private static bool Applies(BoundStatement statement, PolicyRequest request, string? principal) =>
        statement.Actions.Any(action => PolicyPattern.Matches(action, request.Action, PolicyContext.Empty, ignoreCase: true))
        && AppliesTo(statement.Principals, principal)
        && statement.Resources.Any(resource => ArnPattern.Matches(resource, request.Resource, request.Context))
        && statement.Conditions.All(condition => PolicyConditions.Holds(condition, request.Context));

    private static bool AppliesTo(IReadOnlyList<BoundPrincipal> principals, string? principal)
    {
        if (principal is null) { return principals.Count == 0; }
        foreach (var named in principals)
        {
            if (named.Kind != BoundPrincipal.AwsKind) { continue; }
            if (named.Id == "*" || named.Id == principal || named.Id == RootOf(principal)) { return true; }
        }

        return false;
    }

    /// <summary>The root principal of an account stands for everybody in it.</summary>
    private static string RootOf(string principal) =>
        principal.Split(':') is [var arn, var partition, _, _, var account, ..] ? $"{arn}:{partition}:iam::{account}:root" : "";
}
