namespace Clinic.Platform.Cloud.Policies;

/// <summary>
/// Wildcards and policy variables as IAM has them: * is any run of characters ('/' and '#' too), ? is one character.
/// What a variable stands for is literal: a tenant named "*" gains nothing. A variable without a value matches nothing.
/// </summary>
public static class PolicyPattern
{
    // Private-use characters stand for the wildcards of the pattern while a value is put in, so that its own stay literal.
    private const char Many = '\uE000';
    private const char One = '\uE001';

    public static bool Matches(string pattern, string value, PolicyContext context, bool ignoreCase = false) =>
        Expand(pattern, context, wildcards: true) is { } expanded && Glob(expanded, value, ignoreCase);

    /// <summary>Equality: * and ? are ordinary characters, variables are put in.</summary>
    public static bool EqualTo(string pattern, string value, PolicyContext context) =>
        Expand(pattern, context, wildcards: false) is { } expanded && string.Equals(expanded, value, StringComparison.Ordinal);

    private static string? Expand(string pattern, PolicyContext context, bool wildcards)
    {
        if (pattern.AsSpan().ContainsAny(Many, One)) { return null; }
        var text = new System.Text.StringBuilder(pattern.Length + 16);
        for (var at = 0; at < pattern.Length; at++)
        {
            var end = pattern[at] == '$' && at + 1 < pattern.Length && pattern[at + 1] == '{' ? pattern.IndexOf('}', at) : -1;
            if (end > 0)
            {
                if (Variable(pattern[(at + 2)..end], context) is not { } value) { return null; }
                text.Append(value);
                at = end;
                continue;
            }

            text.Append(pattern[at] switch
            {
                '*' when wildcards => Many,
                '?' when wildcards => One,
                var other => other,
            });
        }

        return text.ToString();
    }

    private static string? Variable(string name, PolicyContext context) => name switch
    {
        "*" or "?" or "$" => name,

        // A default ("${key, 'value'}") would open what the missing key must close, so it is not known here.
        _ when name.Contains(',', StringComparison.Ordinal) => null,
        _ => context.Single(name) is { } value && !value.AsSpan().ContainsAny(Many, One) ? value : null,
    };

    private static bool Glob(string pattern, string value, bool ignoreCase)
    {
        int p = 0, v = 0, star = -1, resume = 0;
        while (v < value.Length)
        {
            if (p < pattern.Length && pattern[p] == Many)
            {
                star = p++;
                resume = v;
            }
            else if (p < pattern.Length && (pattern[p] == One || Same(pattern[p], value[v], ignoreCase)))
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

        return pattern.AsSpan(p).TrimStart(Many).IsEmpty;
    }

    private static bool Same(char a, char b, bool ignoreCase) =>
        a == b || (ignoreCase && char.ToLowerInvariant(a) == char.ToLowerInvariant(b));
}
