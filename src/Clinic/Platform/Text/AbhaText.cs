namespace Clinic.Platform.Text;

/// <summary>
/// Numbers and addresses of the Ayushman Bharat Health Account in the one form that is stored, compared and indexed. The number
/// has no published check digit (the authority's own sample fails the usual one), so its form is all that can be checked.
/// </summary>
public static class AbhaText
{
    public const string NumberRule = "14 digits, as 91-1234-5678-9012 or without hyphens";
    public const string AddressRule = "letters, digits, dots and underscores, at least 4, then @abdm (or @sbx, @ndhm)";

    private const int NumberDigits = 14;
    private const int NumberLengthMax = 20;
    private const int NameLengthMin = 4;

    /// <summary>Ours: none is published.</summary>
    private const int NameLengthMax = 64;

    /// <summary>In production; in the sandbox; of before 2022.</summary>
    private static readonly string[] Suffixes = ["abdm", "sbx", "ndhm"];

    /// <summary>With hyphens, two digits and three times four; null when it is no such number.</summary>
    public static string? Number(string? text)
    {
        var trimmed = text?.Trim();
        if (trimmed is null || trimmed.Length > NumberLengthMax
            || trimmed.Any(c => !char.IsAsciiDigit(c) && c is not ('-' or ' ')))
        {
            return null;
        }

        var digits = string.Concat(trimmed.Where(char.IsAsciiDigit));
        return digits.Length == NumberDigits ? $"{digits[..2]}-{digits[2..6]}-{digits[6..10]}-{digits[10..]}" : null;
    }

    /// <summary>
    /// Lower case; null when it is none. Who chose no name has the 14 digits of the number in its place, so a digit may begin it
    /// then.
    /// </summary>
    public static string? Address(string? text)
    {
        if (text?.Trim().ToLowerInvariant().Split('@') is not [var name, var suffix] || !Suffixes.Contains(suffix)
            || name.Length is < NameLengthMin or > NameLengthMax)
        {
            return null;
        }

        var isDefault = name.Length == NumberDigits && name.All(char.IsAsciiDigit);
        var isChosen = char.IsAsciiLetter(name[0]) && name[^1] != '.'
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_');
        return isDefault || isChosen ? $"{name}@{suffix}" : null;
    }
}
