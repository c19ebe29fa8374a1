using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.Local.Gate;

/// <summary>Asks the policies of the system whether a principal may; they are the documents that the stack deploys.</summary>
internal sealed class Authorizer
{
    private readonly bool _evaluate;
    private readonly Dictionary<string, BoundPolicy> _identity;
    private readonly Dictionary<string, BoundPolicy> _trust;
    private readonly Dictionary<string, BoundPolicy> _resource = [];

    public Authorizer(CloudNames names, bool evaluate)
    {
        Names = names;
        Arns = new NamedArns(names);
        _evaluate = evaluate;
        _identity = Roles.All.ToDictionary(role => role.Name, role => BoundPolicy.Bind(role.Identity, Arns));
        _trust = Roles.All.ToDictionary(role => names.RoleArn(role.Name), role => BoundPolicy.Bind(role.Trust, Arns));
        foreach (var table in CloudParts.Tables)
        {
            if (ResourcePolicies.Of(table) is { } policy) { _resource[Arns.Table(table)] = BoundPolicy.Bind(policy, Arns); }
        }

        foreach (var bucket in CloudParts.Buckets)
        {
            _resource[Arns.Bucket(bucket)] = BoundPolicy.Bind(ResourcePolicies.Of(bucket), Arns);
        }

        foreach (var key in CloudParts.KmsKeys)
        {
            _resource[Arns.Key(key)] = BoundPolicy.Bind(ResourcePolicies.Of(key), Arns);
        }
    }

    public CloudNames Names { get; }

    public NamedArns Arns { get; }

    /// <summary>Null when every request is allowed, else AWS' sentence about the first that is not.</summary>
    public string? Refusal(GatePrincipal principal, IReadOnlyList<PolicyRequest> requests)
    {
        // A call that asks nothing is a call that was not understood.
        if (requests.Count == 0) { return Sentence(principal, "unknown", "unknown", PolicyVerdict.Silent); }
        if (!_evaluate) { return null; }
        foreach (var request in requests)
        {
            var verdict = Verdict(principal, request);
            if (verdict != PolicyVerdict.Allowed) { return Sentence(principal, request.Action, request.Resource, verdict); }
        }

        return null;
    }

    public PolicyVerdict Verdict(GatePrincipal principal, PolicyRequest request)
    {
        var roleArn = Names.RoleArn(principal.Role.Name);
        return PolicyEvaluator.Decide(request, [_identity[principal.Role.Name]], PoliciesOf(request.Resource), roleArn);
    }

    /// <summary>The identity policy of the caller and the trust policy of the role must both allow.</summary>
    public string? AssumeRefusal(GatePrincipal principal, IReadOnlyList<PolicyRequest> requests)
    {
        if (!_evaluate) { return null; }
        foreach (var request in requests)
        {
            var verdict = Verdict(principal, request);
            var trusted = _trust.TryGetValue(request.Resource, out var trust)
                ? PolicyEvaluator.Decide(request, [trust], Names.RoleArn(principal.Role.Name))
                : PolicyVerdict.Silent;
            if (verdict != PolicyVerdict.Allowed || trusted != PolicyVerdict.Allowed)
            {
                return Sentence(principal, request.Action, request.Resource, verdict);
            }
        }

        return null;
    }

    private IReadOnlyList<BoundPolicy> PoliciesOf(string resource)
    {
        if (_resource.TryGetValue(resource, out var exact)) { return [exact]; }
        foreach (var (arn, policy) in _resource)
        {
            if (resource.Length > arn.Length && resource[arn.Length] == '/'
                && resource.StartsWith(arn, StringComparison.Ordinal))
            {
                return [policy];
            }
        }

        return [];
    }

    private string Sentence(GatePrincipal principal, string action, string resource, PolicyVerdict verdict)
    {
        var why = verdict == PolicyVerdict.Denied
            ? "with an explicit deny in a resource-based policy"
            : $"because no identity-based policy allows the {action} action";
        return $"User: {principal.Arn(Names)} is not authorized to perform: {action} on resource: {resource} {why}";
    }
}
