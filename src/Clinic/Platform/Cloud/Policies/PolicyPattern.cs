namespace Clinic.Platform.Cloud.Policies;

/// <summary>
/// Wildcards and policy variables as IAM has them: * is any run of characters ('/' and '#' too), ? is one character.
/// What a variable stands for is literal: a tenant named "*" gains nothing. A variable without a value matches nothing.
/// </summary>
public static class PolicyPattern
{
    // No letter: what a variable stands for can hold none of these.
    private const int Many = -1;
    private const int One = -2;

    public static bool Matches(string pattern, string value, PolicyContext context, bool ignoreCase = false) =>
        Expand(pattern, context, wildcards: true) is { } expanded && Glob(expanded, value, ignoreCase);

    /// <summary>Equality: * and ? are ordinary characters, variables are put in.</summary>
    public static bool EqualTo(string pattern, string value, PolicyContext context) =>
        Expand(pattern, context, wildcards: false) is { } expanded && Glob(expanded, value, ignoreCase: false);

    /// <summary>Whether every variable in it stands for something in this request.</summary>
    public static bool IsComplete(string pattern, PolicyContext context) =>
        Expand(pattern, context, wildcards: false) is not null;

    private static List<int>? Expand(string pattern, PolicyContext context, bool wildcards)
    {
        var signs = new List<int>(pattern.Length + 16);
        for (var at = 0; at < pattern.Length; at++)
        {
            var end = pattern[at] == '$' && at + 1 < pattern.Length && pattern[at + 1] == '{' ? pattern.IndexOf('}', at) : -1;
            if (end > 0)
            {
                if (Variable(pattern[(at + 2)..end], context) is not { } value) { return null; }
                foreach (var letter in value) { signs.Add(letter); }
                at = end;
                continue;
            }

            signs.Add(pattern[at] switch
            {
                '*' when wildcards => Many,
                '?' when wildcards => One,
                var other => other,
            });
        }

        return signs;
    }

    private static string? Variable(string name, PolicyContext context) => name switch
    {
        "*" or "?" or "$" => name,

        // A default ("${key, 'value'}") would open what the missing key must close, so it is not known here.
        _ when name.Contains(',', StringComparison.Ordinal) => null,
        _ => context.Single(name),
    };

    private static bool Glob(List<int> pattern, string value, bool ignoreCase)
    {
        int p = 0, v = 0, star = -1, resume = 0;
        while (v < value.Length)
        {
            if (p < pattern.Count && pattern[p] == Many)
            {
                star = p++;
                resume = v;
            }
            else if (p < pattern.Count && (pattern[p] == One || Same(pattern[p], value[v], ignoreCase)))
            {
                p++;
                v++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                v = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.Skip(p).All(sign => sign == Many);
    }

    private static bool Same(int sign, char letter, bool ignoreCase) =>
        sign == letter || (ignoreCase && sign >= 0 && char.ToLowerInvariant((char)sign) == char.ToLowerInvariant(letter));
}
