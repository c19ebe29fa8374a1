using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Differential;

/// <summary>
/// Where the two may differ, and why neither can be mended here. A gap explains a disagreement of exactly this shape; a test asks
/// that each explains something, and that what no gap touches is by far the greater part.
/// </summary>
/// <param name="Side">Who does not answer as IAM would: "tool" is the simulator, "own" our evaluator.</param>
internal sealed record KnownGap(string Name, string Side, string Reason, Func<Comparison, bool> Explains)
{
    public static IReadOnlyList<KnownGap> All { get; } =
    [
        new("keys-unread", "tool",
            "The reference of AWS does not list the context key for the action, so the simulator drops it; the gate gives it.",
            one => one.Tool is null && one.Said.EndsWith("[dynamodb:EnclosingOperation]", StringComparison.Ordinal)),
        new("leading-keys-of-a-scan", "tool",
            "A Scan has no leading keys; the gate never gives any, and the simulator drops those that are drawn.",
            one => one.Tool is null && one.Asked.Request.Action == "dynamodb:Scan"
                && one.Said.Contains("[dynamodb:LeadingKeys", StringComparison.Ordinal)),
        new("set-of-objects", "tool",
            "The simulator takes a '*' in what is asked for as a set of objects; in S3 it is a letter of a key.",
            one => one.Tool is null && one.Asked.Request.Resource.Contains('*', StringComparison.Ordinal)
                && one.Said.StartsWith("Unanswered: wildcard", StringComparison.Ordinal)),
        new("line-end", "tool",
            "The simulator makes regular expressions in which a wildcard stops at a line end; IAM's stands for any character.",
            one => one.Tool is not null && !one.Agree
                && one.Asked.Values.Any(value => value.Contains('\n', StringComparison.Ordinal))),
        new("escape-in-equality", "tool",
            "The simulator takes ${*} under StringEquals for four letters; IAM's manual calls it a way to write the sign itself.",
            one => one.Tool is not null && !one.Agree && one.Asked.Conditions.Any(condition =>
                condition.Operator.Contains("Equals", StringComparison.Ordinal) && condition.Values.Any(HasEscape))),
        new("empty-value", "tool",
            "The simulator takes an empty value of a variable for none. No tag can be empty here: the trust policies see to it.",
            one => IsStricter(one) && one.Asked.Request.Context.Single(KeyPatterns.PrincipalTenant) is ""),
        new("default-of-a-variable", "own",
            "A default would open what a missing tag must close: our evaluator takes a variable that has one as without a value.",
            one => one.Tool is not null && !one.Agree
                && one.Asked.Conditions.Any(condition => condition.Values.Any(HasDefault))),
        new("resource-alone", "own",
            "In one account AWS is content with an allowance by the resource alone. Ours asks for the identity's too; no role"
                + " relies on it, which TrustTests pin.",
            one => one is { Own: { Identity: PolicyVerdict.Silent, Allowed: false }, ResourceAllowsInTool: true }
                && one.Tool == one.Own with { Allowed = true }),
    ];

    /// <summary>The simulator sees less allowed, and nothing more denied, than ours.</summary>
    private static bool IsStricter(Comparison one) =>
        one is { Own.Allowed: true, Tool: { Allowed: false, ResourceDenies: false } };

    private static bool HasDefault(string value) => value.Contains(", 'ab'}", StringComparison.Ordinal);

    private static bool HasEscape(string value) => value.Contains("${*}", StringComparison.Ordinal)
        || value.Contains("${?}", StringComparison.Ordinal) || value.Contains("${$}", StringComparison.Ordinal);
}
