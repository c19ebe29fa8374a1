using System.Globalization;

namespace Clinic.Platform.Text;

/// <summary>
/// Aadhaar numbers: twelve digits, the first from 2 to 9, the last a check digit by Verhoeff's scheme, which notices every wrong
/// digit and every swap of neighbours. Only the last four are ever shown (UIDAI's rule for print and screen alike).
/// </summary>
public static class AadhaarText
{
    public const string Rule = "12 digits of an Aadhaar number with its check digit";

    private const int Digits = 12;
    private const int Shown = 4;
    private const int LengthMax = 20;

    /// <summary>The digits alone; null when it is no Aadhaar number.</summary>
    public static string? Number(string? text)
    {
        if (text is null || text.Length > LengthMax || text.Any(c => !char.IsDigit(c) && c is not (' ' or '-')))
        {
            return null;
        }

        var digits = DigitsOf(text);
        return digits.Length == Digits && digits[0] >= '2' && Verhoeff.Holds(digits) ? digits : null;
    }

    /// <summary>XXXX XXXX 1234.</summary>
    /// <param name="number">Of any length; shorter than four it is hidden whole.</param>
    public static string Masked(string number)
    {
        var digits = DigitsOf(number);
        return "XXXX XXXX " + (digits.Length > Shown ? digits[^Shown..] : "XXXX");
    }

    /// <summary>Whether a text shows more of a number than may be shown.</summary>
    public static bool ShowsTooMuch(string text) => DigitsOf(text).Length > Shown;

    /// <summary>In groups of four, for who may see it whole.</summary>
    public static string Grouped(string number) => $"{number[..4]} {number[4..8]} {number[8..]}";

    /// <summary>Decimal digits of any script as 0 to 9.</summary>
    private static string DigitsOf(string text) =>
        string.Concat(text.Where(char.IsDigit).Select(c => (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c))));
}
