using System.Globalization;
using System.Text;

namespace Clinic.Platform.Text;

/// <summary>Addresses and names in the one form that is stored, compared and indexed.</summary>
public static class ContactText
{
    private const string IndiaCode = "+91";
    private const int EmailLengthMax = 254;

    /// <summary>E.164. Ten digits that begin with 6 to 9 are an Indian mobile; anything else needs its country code.</summary>
    public static string? Phone(string? text)
    {
        if (text is null || text.Length > 32)
        {
            return null;
        }

        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        var other = text.Any(c => !char.IsAsciiDigit(c) && c is not (' ' or '-' or '(' or ')' or '.' or '+'));
        var international = text.TrimStart().StartsWith('+');
        return (other, international, digits) switch
        {
            (true, _, _) => null,
            (_, true, { Length: >= 8 and <= 15 }) when digits[0] != '0' => "+" + digits,
            (_, false, { Length: 10 }) when digits[0] >= '6' => IndiaCode + digits,
            (_, false, { Length: 11 }) when digits[0] == '0' && digits[1] >= '6' => IndiaCode + digits[1..],
            (_, false, { Length: 12 }) when digits.StartsWith("91", StringComparison.Ordinal) && digits[2] >= '6' => "+" + digits,
            _ => null,
        };
    }

    /// <summary>
    /// Lower case, one @, a dot in the domain; whether it is really hers is what the confirmation mail finds out.
    /// </summary>
    public static string? Email(string? text)
    {
        var trimmed = text?.Trim();
        if (trimmed is null || trimmed.Length is < 6 or > EmailLengthMax
            || trimmed.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return null;
        }

        var at = trimmed.IndexOf('@', StringComparison.Ordinal);
        var domain = at > 0 ? trimmed[(at + 1)..] : "";
        var plausible = at is > 0 and <= 64 && !domain.Contains('@', StringComparison.Ordinal)
            && domain.Contains('.', StringComparison.Ordinal)
            && domain[0] != '.' && domain[^1] != '.' && !trimmed.Any(c =>
                c is '<' or '>' or '"' or ',' or ';' or '(' or ')' or '\\');
        return plausible ? trimmed.ToLowerInvariant() : null;
    }

    /// <summary>
    /// Words of a name for comparison: one spelling of each letter, lower case, letters and marks of any script only.
    /// </summary>
    public static IReadOnlyList<string> NameWords(string name)
    {
        var folded = NameFolding.Fold(name);
        var letters = new StringBuilder(folded.Length);
        foreach (var rune in folded.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            var isLetter = Rune.IsLetter(rune)
                || category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            letters.Append(isLetter ? rune.ToString() : rune.Value == '\'' ? "" : " ");
        }

        return letters.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
