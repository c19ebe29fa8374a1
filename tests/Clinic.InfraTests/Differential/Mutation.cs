using System.Text.RegularExpressions;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Differential;

/// <summary>
/// A fault of our evaluator, planted as what it would make of a question. Each must make the two disagree, or the comparison
/// would not see that fault.
/// </summary>
internal static partial class Mutation
{
    public static IReadOnlyDictionary<string, Func<Drawn, Drawn>> All { get; } = new Dictionary<string, Func<Drawn, Drawn>>
    {
        ["Null is always met"] = asked => Conditions(asked, one => one.Operator == "Null" ? null : one),
        ["denials are not looked at"] = asked => Statements(asked, one => one.Effect == PolicyEffect.Deny ? null : one),
        ["the policy of the resource is not looked at"] = asked => asked.IsTrust ? asked : asked with { Resource = null },
        ["trust is not looked at"] = asked => asked.IsTrust ? asked with { Resource = Everything } : asked,
        ["the identity's policy is not looked at"] = asked =>
            asked with { Identity = Everything with { Statements = [Anything] } },
        ["ForAllValues is read as ForAnyValue"] = asked => Operators(asked, "ForAllValues:", "ForAnyValue:"),
        ["ForAnyValue is read as ForAllValues"] = asked => Operators(asked, "ForAnyValue:", "ForAllValues:"),
        ["set prefixes are dropped"] = asked => Operators(Operators(asked, "ForAllValues:", ""), "ForAnyValue:", ""),
        ["IfExists is dropped"] = asked => Operators(asked, "IfExists", ""),
        ["an absent key is as good as any"] = asked => Conditions(asked, one =>
            one.Operator is "StringEquals" or "StringLike" or "Bool" ? one with { Operator = one.Operator + "IfExists" } : one),
        ["negation is dropped"] = asked => Operators(asked, "StringNot", "String"),
        ["letters have no case"] = asked => Texts(asked, Lower, Lower),
        ["a pattern ends where it likes"] = asked => Patterns(asked, "StringLike", text => text + "*"),
        ["? is any run of letters"] = asked => Patterns(asked, "StringLike", text => WildcardOne().Replace(text, "*")),
        ["* needs a letter"] = asked => Patterns(asked, "StringLike", text => WildcardMany().Replace(text, "?*")),
        ["equality has wildcards"] = asked => Operators(asked, "StringEquals", "StringLike"),
        ["wildcards in a tag act"] = asked => Texts(asked, text => Variable().Replace(text, found => Single(asked, found)), Same),
        ["a variable without a value is empty"] = asked => Texts(
            asked, text => Variable().Replace(text, found => Single(asked, found) is "" ? "" : found.Value), Same),
        ["only the first of several values counts"] = asked => Contexts(asked, values => [values[0]]),
        ["only the last of several values counts"] = asked => Contexts(asked, values => [values[^1]]),
        ["every action of the service is meant"] = asked => Statements(asked, one =>
            one with { Actions = [.. one.Actions.Select(action => action.Split(':')[0] + (action == "*" ? "" : ":*"))] }),
        ["every resource is meant"] = asked => Statements(asked, one => one with { Resources = ["*"] }),
        ["a wildcard crosses the fields of an ARN"] = asked => Statements(asked, one => one with
        {
            Resources = [.. one.Resources.Select(text => text.Contains(":*:", StringComparison.Ordinal) ? "*" : text)],
        }),
        ["everybody is meant"] = asked => Statements(asked, one =>
            one with { Principals = [.. one.Principals.Select(_ => new BoundPrincipal(BoundPrincipal.AwsKind, "*"))] }),
        ["the root of the account means nobody"] = asked => Statements(asked, one => one with
        {
            Principals = [.. one.Principals.Select(principal =>
                principal with { Id = principal.Id.Replace(":root", ":nobody", StringComparison.Ordinal) })],
        }),
    };

    private static BoundStatement Anything => new("S", PolicyEffect.Allow, ["*"], ["*"], [], []);

    private static BoundPolicy Everything =>
        new("all", [Anything with { Principals = [new BoundPrincipal(BoundPrincipal.AwsKind, "*")] }]);

    private static string Same(string text) => text;

    /// <summary>Names of variables have no case already.</summary>
    private static string Lower(string text) => text.ToLowerInvariant();

    private static string Single(Drawn asked, Match variable) =>
        asked.Request.Context.Single(variable.Groups[1].Value) ?? "";

    private static Drawn Statements(Drawn asked, Func<BoundStatement, BoundStatement?> change)
    {
        BoundPolicy Of(BoundPolicy policy) =>
            policy with { Statements = [.. policy.Statements.Select(change).OfType<BoundStatement>()] };
        return asked with { Identity = Of(asked.Identity), Resource = asked.Resource is null ? null : Of(asked.Resource) };
    }

    private static Drawn Conditions(Drawn asked, Func<PolicyCondition, PolicyCondition?> change) =>
        Statements(asked, one => one with { Conditions = [.. one.Conditions.Select(change).OfType<PolicyCondition>()] });

    private static Drawn Operators(Drawn asked, string from, string to) => Conditions(asked, one =>
        one with { Operator = one.Operator.Replace(from, to, StringComparison.Ordinal) });

    private static Drawn Patterns(Drawn asked, string name, Func<string, string> change) => Conditions(asked, one =>
        one.Operator.Contains(name, StringComparison.Ordinal) ? one with { Values = [.. one.Values.Select(change)] } : one);

    private static Drawn Contexts(Drawn asked, Func<IReadOnlyList<string>, IReadOnlyList<string>> change)
    {
        var context = new PolicyContext();
        foreach (var (key, values) in asked.Request.Context.Values) { context.Set(key, change(values)); }
        return asked with { Request = asked.Request with { Context = context } };
    }

    private static Drawn Texts(Drawn asked, Func<string, string> inPolicy, Func<string, string> inRequest)
    {
        var changed = Conditions(asked, one => one with { Values = [.. one.Values.Select(inPolicy)] });
        changed = Statements(changed, one => one with { Resources = [.. one.Resources.Select(inPolicy)] });
        changed = Contexts(changed, values => [.. values.Select(inRequest)]);
        return changed with { Request = changed.Request with { Resource = inRequest(changed.Request.Resource) } };
    }

    [GeneratedRegex(@"(?<!\{)\?")]
    private static partial Regex WildcardOne();

    [GeneratedRegex(@"(?<!\{)\*")]
    private static partial Regex WildcardMany();

    [GeneratedRegex(@"\$\{([A-Za-z]+:[^},]+)\}")]
    private static partial Regex Variable();
}
