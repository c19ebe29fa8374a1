using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Differential;

/// <summary>
/// One question with the documents that decide it. The resource's own policy is a trust policy when the question is whether a
/// role may be assumed; then both sides must allow.
/// </summary>
/// <param name="Family">What it was drawn as, for a failing test.</param>
/// <param name="Principal">The role that asks, as an ARN.</param>
internal sealed record Drawn(
    string Family, PolicyRequest Request, BoundPolicy Identity, BoundPolicy? Resource, bool IsTrust, string Principal)
{
    /// <summary>What our evaluator says, side by side: what the gate would do.</summary>
    public Sides Own()
    {
        var identity = PolicyEvaluator.Decide(Request, [Identity], principal: null);
        var resource = Resource is null ? PolicyVerdict.Silent : PolicyEvaluator.Decide(Request, [Resource], Principal);
        var allowed = IsTrust
            ? identity == PolicyVerdict.Allowed && resource == PolicyVerdict.Allowed
            : PolicyEvaluator.Decide(Request, [Identity], Resource is null ? [] : [Resource], Principal)
                == PolicyVerdict.Allowed;
        return new Sides(identity, resource == PolicyVerdict.Denied, IsTrust ? resource == PolicyVerdict.Allowed : null, allowed);
    }

    public IEnumerable<string> Values => Request.Context.Values.SelectMany(pair => pair.Value).Append(Request.Resource);

    public IEnumerable<PolicyCondition> Conditions => (Resource is null ? [Identity] : (BoundPolicy[])[Identity, Resource])
        .SelectMany(policy => policy.Statements).SelectMany(one => one.Conditions);

    public override string ToString()
    {
        var context = Request.Context.Values.Select(pair => $"{pair.Key}=[{string.Join('|', pair.Value)}]");
        return $"{Family}: {Principal} {Request.Action} {Request.Resource} {string.Join(' ', context)}";
    }

    /// <summary>The documents too, as IAM would get them.</summary>
    public string InFull() =>
        $"{this}{Environment.NewLine}{PolicyJson.Write(Identity)}{Environment.NewLine}"
            + (Resource is null ? "" : PolicyJson.Write(Resource, IsTrust));
}

/// <summary>What one evaluator says of both sides and of the whole.</summary>
/// <param name="Trusts">Whether the trust policy allows; null when there is none.</param>
internal sealed record Sides(PolicyVerdict Identity, bool ResourceDenies, bool? Trusts, bool Allowed);

/// <summary>Both answers to a question. The simulator's is null when it could not read the question.</summary>
internal sealed record Comparison(Drawn Asked, Sides Own, Sides? Tool, string Said, bool ResourceAllowsInTool)
{
    public bool Agree => Own == Tool;

    public override string ToString() => $"ours {Own}, the simulator {Tool?.ToString() ?? Said}: {Asked.InFull()}";
}
