namespace Clinic.Platform.Cloud.Policies;

/// <summary>The condition operators that the policies of this system use; any other is a bug, not a silent yes or no.</summary>
public static class PolicyConditions
{
    private const string EveryPrefix = "ForAllValues:";
    private const string SomePrefix = "ForAnyValue:";
    private const string IfExistsSuffix = "IfExists";

    private enum Quantity
    {
        Single,
        Every,
        Some,
    }

    /// <summary>An operator that is not listed, also on a key that the request lacks, is refused.</summary>
    private static readonly string[] Known = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "Bool", "Null"];

    /// <exception cref="NotSupportedException">The operator is none that this evaluator knows.</exception>
    public static bool Holds(PolicyCondition condition, PolicyContext context)
    {
        var (name, quantity, ifExists) = Parse(condition.Operator);
        var actual = context.Find(condition.Key);
        if (name == "Null") { return condition.Values.Any(value => IsTrue(value) == actual is null); }

        var negated = name.StartsWith("StringNot", StringComparison.Ordinal);
        if (actual is null) { return ifExists || quantity == Quantity.Every || (negated && quantity == Quantity.Single); }

        // Which of several values a plain operator is about cannot be said, so it is about none, even when there is but one.
        if (quantity == Quantity.Single && (actual.Count > 1 || PolicyContext.IsList(condition.Key))) { return false; }
        bool Matches(string value) => MatchesAny(name, negated, condition.Values, value, context);
        return quantity == Quantity.Some ? actual.Any(Matches) : actual.All(Matches);
    }

    private static (string Name, Quantity Quantity, bool IfExists) Parse(string text)
    {
        var quantity = text.StartsWith(EveryPrefix, StringComparison.Ordinal) ? Quantity.Every
            : text.StartsWith(SomePrefix, StringComparison.Ordinal) ? Quantity.Some : Quantity.Single;
        var name = quantity == Quantity.Single ? text : text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var ifExists = name.EndsWith(IfExistsSuffix, StringComparison.Ordinal);
        var bare = ifExists ? name[..^IfExistsSuffix.Length] : name;

        // With a set prefix, IfExists of an absent key is read in two ways; Null takes neither prefix nor suffix.
        var known = Known.Contains(bare) && !(ifExists && quantity != Quantity.Single)
            && !(bare == "Null" && (ifExists || quantity != Quantity.Single));
        return known
            ? (bare, quantity, ifExists)
            : throw new NotSupportedException($"Condition operator {text} is not known here.");
    }

    /// <summary>
    /// One of the policy's values matches; of a negated operator, none does. A value with a variable that stands for nothing
    /// fails either way: IAM takes such a condition as not met, also a negated one.
    /// </summary>
    private static bool MatchesAny(
        string name, bool negated, IReadOnlyList<string> expected, string actual, PolicyContext context) => name switch
    {
        "StringEquals" => expected.Any(value => PolicyPattern.EqualTo(value, actual, context)),
        "StringLike" => expected.Any(value => PolicyPattern.Matches(value, actual, context)),
        "Bool" => IsBoolean(actual) && expected.Contains(actual, StringComparer.OrdinalIgnoreCase),
        _ when negated && !expected.All(value => PolicyPattern.IsComplete(value, context)) => false,
        "StringNotEquals" => !expected.Any(value => PolicyPattern.EqualTo(value, actual, context)),
        _ => !expected.Any(value => PolicyPattern.Matches(value, actual, context)),
    };

    private static bool IsBoolean(string value) =>
        IsTrue(value) || string.Equals(value, "false", StringComparison.OrdinalIgnoreCase);

    private static bool IsTrue(string value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
