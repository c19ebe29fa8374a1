namespace Clinic.Platform.Cloud.Policies;

/// <summary>The context keys of one request. Keys compare without case, as IAM compares them; values with case.</summary>
public sealed class PolicyContext
{
    public static readonly PolicyContext Empty = new();

    /// <summary>Keys that AWS gives as lists, also of one value: only operators with a set prefix read them.</summary>
    private static readonly HashSet<string> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        KeyPatterns.LeadingKeys, "dynamodb:Attributes", "aws:TagKeys", "kms:EncryptionContextKeys",
    };

    private readonly Dictionary<string, IReadOnlyList<string>> _values = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Values => _values;

    public PolicyContext Set(string key, params IReadOnlyList<string> values)
    {
        _values[key] = values;
        return this;
    }

    public PolicyContext Copy()
    {
        var copy = new PolicyContext();
        foreach (var (key, values) in _values) { copy._values[key] = values; }
        return copy;
    }

    /// <summary>The values, or null when the key is missing; a key without values counts as missing.</summary>
    public IReadOnlyList<string>? Find(string key) =>
        _values.TryGetValue(key, out var values) && values.Count > 0 ? values : null;

    public static bool IsList(string key) => Lists.Contains(key);

    /// <summary>A variable needs exactly one value; of several, none may be picked.</summary>
    public string? Single(string key) => !IsList(key) && Find(key) is [var only] ? only : null;
}
