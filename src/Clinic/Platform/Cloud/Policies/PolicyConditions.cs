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

    public static bool Holds(PolicyCondition condition, PolicyContext context)
    {
        var (name, quantity, ifExists) = Parse(condition.Operator);
        var actual = context.Find(condition.Key);
        if (name == "Null") { return condition.Values.Any(value => IsTrue(value) == actual is null); }

        var negated = name.StartsWith("StringNot", StringComparison.Ordinal);
        if (actual is null) { return ifExists || quantity == Quantity.Every || (negated && quantity == Quantity.Single); }

        // A negated operator with a set prefix asks of each value whether none of the policy's values matches it.
        bool Matches(string value) => MatchesAny(name, condition.Values, value, context) != negated;
        return quantity switch
        {
            Quantity.Every => actual.All(Matches),
            Quantity.Some => actual.Any(Matches),
            _ => negated ? actual.All(Matches) : actual.Any(Matches),
        };
    }

    private static (string Name, Quantity Quantity, bool IfExists) Parse(string text)
    {
        var quantity = text.StartsWith(EveryPrefix, StringComparison.Ordinal) ? Quantity.Every
            : text.StartsWith(SomePrefix, StringComparison.Ordinal) ? Quantity.Some : Quantity.Single;
        var name = quantity == Quantity.Single ? text : text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var ifExists = name.EndsWith(IfExistsSuffix, StringComparison.Ordinal);
        return (ifExists ? name[..^IfExistsSuffix.Length] : name, quantity, ifExists);
    }

    private static bool MatchesAny(string name, IReadOnlyList<string> expected, string actual, PolicyContext context)
    {
        foreach (var value in expected)
        {
            var matches = name switch
            {
                "StringEquals" or "StringNotEquals" => PolicyPattern.EqualTo(value, actual, context),
                "StringLike" or "StringNotLike" => PolicyPattern.Matches(value, actual, context),
                "Bool" => string.Equals(value, actual, StringComparison.OrdinalIgnoreCase),
                _ => throw new NotSupportedException($"Condition operator {name} is not known here."),
            };
            if (matches) { return true; }
        }

        return false;
    }

    private static bool IsTrue(string value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
