namespace Clinic.Platform.Cloud.Policies;

public enum PolicyEffect
{
    Allow,
    Deny,
}

/// <summary>
/// An IAM policy, without the names of one stage: resources are bound to ARNs (or to tokens of the stack) later.
/// </summary>
public sealed record PolicyDocument(string Name, IReadOnlyList<PolicyStatement> Statements);

/// <summary>One statement. Principals stand only in policies of resources: trust, key, bucket and table policies.</summary>
public sealed record PolicyStatement(
    string Sid,
    PolicyEffect Effect,
    IReadOnlyList<string> Actions,
    IReadOnlyList<PolicyResource> Resources)
{
    public IReadOnlyList<PolicyCondition> Conditions { get; init; } = [];

    public IReadOnlyList<PolicyPrincipal> Principals { get; init; } = [];

    public PolicyStatement When(params ReadOnlySpan<PolicyCondition> more) =>
        this with { Conditions = [.. Conditions, .. more] };

    public PolicyStatement For(params IEnumerable<PolicyPrincipal> principals) => this with { Principals = [.. principals] };
}

/// <summary>
/// All conditions of a statement must hold; of one condition, one value must match (or none, for a negated operator).
/// </summary>
public sealed record PolicyCondition(string Operator, string Key, IReadOnlyList<string> Values)
{
    /// <summary>True when the key is missing from the request, so <c>IsNull(key, false)</c> demands that it is there.</summary>
    public static PolicyCondition IsNull(string key, bool isNull) => new("Null", key, [isNull ? "true" : "false"]);

    public static PolicyCondition Equal(string key, params string[] values) => new("StringEquals", key, values);

    /// <summary>Holds for an absent key too: for denials.</summary>
    public static PolicyCondition NotEqual(string key, params string[] values) => new("StringNotEquals", key, values);

    public static PolicyCondition Like(string key, params string[] values) => new("StringLike", key, values);

    public static PolicyCondition IsTrue(string key, bool value) => new("Bool", key, [value ? "true" : "false"]);

    /// <summary>For denials: what is not said counts as not so.</summary>
    public static PolicyCondition IsFalseOrAbsent(string key) => new("BoolIfExists", key, ["false"]);

    /// <summary>Holds for an absent key too, so it never stands without <see cref="IsNull"/> beside it.</summary>
    public static PolicyCondition EveryLike(string key, params string[] values) => new("ForAllValues:StringLike", key, values);

    public static PolicyCondition EveryEqual(string key, params string[] values) => new("ForAllValues:StringEquals", key, values);

    public static PolicyCondition SomeEqual(string key, params string[] values) => new("ForAnyValue:StringEquals", key, values);
}

/// <summary>Who a resource-side statement speaks of.</summary>
public abstract record PolicyPrincipal
{
    /// <summary>Anyone at all; for denials only.</summary>
    public sealed record Anyone : PolicyPrincipal;

    /// <summary>The account: its own IAM policies decide.</summary>
    public sealed record Account : PolicyPrincipal;

    public sealed record Role(string Name) : PolicyPrincipal;

    /// <summary>An AWS service, such as the one that runs the functions.</summary>
    public sealed record Service(string Host) : PolicyPrincipal;
}
