namespace Clinic.Platform.Cloud.Policies;

/// <summary>A policy whose resources and principals are ARNs: what IAM sees.</summary>
public sealed record BoundPolicy(string Name, IReadOnlyList<BoundStatement> Statements)
{
    /// <param name="document">The policy as written.</param>
    /// <param name="arns">Names of the stage, or tokens of the stack.</param>
    /// <param name="self">
    /// The ARN that <see cref="PolicyResource.Self"/> stands for; AWS itself writes "*" in key policies.
    /// </param>
    public static BoundPolicy Bind(PolicyDocument document, IPolicyArns arns, string self = "*") =>
        new(document.Name, [.. document.Statements.Select(statement => Bind(statement, arns, self))]);

    private static BoundStatement Bind(PolicyStatement statement, IPolicyArns arns, string self) => new(
        statement.Sid,
        statement.Effect,
        statement.Actions,
        [.. statement.Resources.Select(resource => Arn(resource, arns, self))],
        [.. statement.Conditions.Select(condition => Bind(condition, arns))],
        [.. statement.Principals.Select(principal => Arn(principal, arns))]);

    /// <summary>Services of AWS work for every account, so what they may do names this one.</summary>
    private static PolicyCondition Bind(PolicyCondition condition, IPolicyArns arns) => condition with
    {
        Values =
        [
            .. condition.Values.Select(value =>
                value.Replace(KeyPatterns.ThisAccount, arns.AccountId, StringComparison.Ordinal)),
        ],
    };

    private static string Arn(PolicyResource resource, IPolicyArns arns, string self) => resource switch
    {
        PolicyResource.Table table => arns.Table(table.Spec),
        PolicyResource.Index index => arns.Index(index.Spec, index.Of),
        PolicyResource.Restored restored => arns.Restored(restored.Of),
        PolicyResource.Stream stream => arns.Stream(stream.Of),
        PolicyResource.Bucket bucket => arns.Bucket(bucket.Spec),
        PolicyResource.Objects objects => arns.Objects(objects.Spec, objects.KeyPattern),
        PolicyResource.Key key => arns.Key(key.Spec),
        PolicyResource.Queue queue => arns.Queue(queue.Spec),
        PolicyResource.FailureQueue failures => arns.FailureQueue(failures.Function),
        PolicyResource.FunctionAlias alias => arns.FunctionAlias(alias.Function),
        PolicyResource.Role role => arns.Role(role.Name),
        PolicyResource.MailIdentities => arns.MailIdentities,
        PolicyResource.MailConfigurations => arns.MailConfigurations,
        PolicyResource.Self => self,
        _ => throw new InvalidOperationException($"No ARN for {resource}."),
    };

    private static BoundPrincipal Arn(PolicyPrincipal principal, IPolicyArns arns) => principal switch
    {
        PolicyPrincipal.Anyone => new BoundPrincipal(BoundPrincipal.AwsKind, "*"),
        PolicyPrincipal.Account => new BoundPrincipal(BoundPrincipal.AwsKind, arns.Account),
        PolicyPrincipal.Role role => new BoundPrincipal(BoundPrincipal.AwsKind, arns.Role(role.Name)),
        PolicyPrincipal.Service service => new BoundPrincipal(BoundPrincipal.ServiceKind, service.Host),
        _ => throw new InvalidOperationException($"No ARN for {principal}."),
    };
}

public sealed record BoundStatement(
    string Sid,
    PolicyEffect Effect,
    IReadOnlyList<string> Actions,
    IReadOnlyList<string> Resources,
    IReadOnlyList<PolicyCondition> Conditions,
    IReadOnlyList<BoundPrincipal> Principals);

public sealed record BoundPrincipal(string Kind, string Id)
{
    public const string AwsKind = "AWS";
    public const string ServiceKind = "Service";
}
