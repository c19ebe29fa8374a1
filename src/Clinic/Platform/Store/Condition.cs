using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace Clinic.Platform.Store;

/// <summary>A write condition. Uniqueness and versions are conditions, never earlier reads.</summary>
public sealed record Condition
{
    private Condition(string expression, Dictionary<string, string> names, Dictionary<string, AttributeValue> values)
    {
        Expression = expression;
        Names = names;
        Values = values;
    }

    public static Condition Absent { get; } = new("attribute_not_exists(pk)", [], []);

    public static Condition Exists { get; } = new("attribute_exists(pk)", [], []);

    internal string Expression { get; }

    internal Dictionary<string, string> Names { get; }

    internal Dictionary<string, AttributeValue> Values { get; }

    public static Condition Is(string attribute, string value) => Compare(attribute, "=", new AttributeValue { S = value });

    public static Condition IsNot(string attribute, string value) => Compare(attribute, "<>", new AttributeValue { S = value });

    /// <summary>None of several values.</summary>
    public static Condition IsNoneOf(string attribute, params string[] values) => new(
        $"NOT #c_{attribute} IN ({string.Join(", ", values.Select((_, i) => $":c{i}_{attribute}"))})",
        new() { [$"#c_{attribute}"] = attribute },
        values.Index().ToDictionary(v => $":c{v.Index}_{attribute}", v => new AttributeValue { S = v.Item }));

    public static Condition VersionIs(long version) => NumberIs(Item.VersionAttribute, version);

    public static Condition NumberIs(string attribute, long value) =>
        Compare(attribute, "=", new AttributeValue { N = value.ToString(CultureInfo.InvariantCulture) });

    public static Condition Lacks(string attribute) =>
        new($"attribute_not_exists(#c_{attribute})", new() { [$"#c_{attribute}"] = attribute }, []);

    /// <summary>Both; of one attribute at most one comparison.</summary>
    public Condition And(Condition other) => new(
        $"{Expression} AND {other.Expression}",
        Names.Concat(other.Names).DistinctBy(n => n.Key).ToDictionary(),
        Values.Concat(other.Values).ToDictionary());

    private static Condition Compare(string attribute, string sign, AttributeValue value) => new(
        $"#c_{attribute} {sign} :c_{attribute}",
        new() { [$"#c_{attribute}"] = attribute },
        new() { [$":c_{attribute}"] = value });
}
