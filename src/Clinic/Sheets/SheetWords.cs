using System.Globalization;
using Clinic.Patients;
using Clinic.Platform.Text;

namespace Clinic.Sheets;

/// <summary>Dates, genders, phones and blood groups as people write them into lists.</summary>
internal static class SheetWords
{
    /// <summary>1927 to 2064 as Excel counts days: smaller numbers are years, larger ones nothing.</summary>
    private const int SerialMin = 10_000;
    private const int SerialMax = 60_000;
    private static readonly DateOnly SerialZero = new(1899, 12, 30);

    private static readonly string[] Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly Dictionary<string, Gender> Genders = new(StringComparer.Ordinal)
    {
        ["m"] = Gender.Male, ["male"] = Gender.Male, ["man"] = Gender.Male, ["boy"] = Gender.Male,
        ["पुरुष"] = Gender.Male, ["पु"] = Gender.Male, ["लड़का"] = Gender.Male,
        ["f"] = Gender.Female, ["female"] = Gender.Female, ["woman"] = Gender.Female, ["girl"] = Gender.Female,
        ["महिला"] = Gender.Female, ["स्त्री"] = Gender.Female, ["म"] = Gender.Female, ["लड़की"] = Gender.Female,
        ["o"] = Gender.Other, ["other"] = Gender.Other, ["others"] = Gender.Other, ["t"] = Gender.Other,
        ["transgender"] = Gender.Other, ["अन्य"] = Gender.Other,
        ["u"] = Gender.Unknown, ["unknown"] = Gender.Unknown, ["na"] = Gender.Unknown, ["nil"] = Gender.Unknown,
    };

    /// <summary>A list that says nothing says unknown; null when it says what nobody knows.</summary>
    public static Gender? GenderOf(string text, SheetMappingForm mapping)
    {
        if (text.Length == 0)
        {
            return Gender.Unknown;
        }

        var word = SheetHeaders.Fold(text);
        return mapping.Genders?.FirstOrDefault(g => SheetHeaders.Fold(g.Word) == word) is { } own ? own.Gender
            : Folded.TryGetValue(word, out var gender) ? gender
            : null;
    }

    private static readonly Dictionary<string, Gender> Folded =
        Genders.GroupBy(g => SheetHeaders.Fold(g.Key)).ToDictionary(g => g.Key, g => g.First().Value);

    /// <summary>
    /// A day, or of a year alone the age that she has at least; null when it is neither. A year of two digits is the last that
    /// is not in the future.
    /// </summary>
    public static PatientBirth? Birth(string text, DateOrder order, DateOnly today)
    {
        var digits = Western(text).Trim();
        var parts = digits.Split(['/', '-', '.', ' '], StringSplitOptions.RemoveEmptyEntries);

        // What follows a date may be the time that a program wrote behind it.
        if (parts.Length > 3 && parts[3].Contains(':', StringComparison.Ordinal))
        {
            parts = parts[..3];
        }

        return parts.Length switch
        {
            3 when DayOf(parts, order, today) is { } day => new PatientBirth(day),
            1 when parts[0].Length <= 5 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture,
                out var number) =>
                OfNumber(number, today),
            _ => null,
        };
    }

    /// <summary>Whole years; months and days of a child are none. Null when it is no age.</summary>
    public static int? Age(string text)
    {
        var words = SheetHeaders.Fold(Western(text));
        var digits = string.Concat(words.TakeWhile(char.IsAsciiDigit));
        if (digits.Length is 0 or > 3)
        {
            return null;
        }

        var number = int.Parse(digits, CultureInfo.InvariantCulture);
        return words[digits.Length..] switch
        {
            "" or "y" or "yr" or "yrs" or "year" or "years" or "वर्ष" or "साल" => number,
            "m" or "mo" or "month" or "months" or "महीने" or "माह" => number / 12,
            "d" or "day" or "days" or "दिन" => number / 365,
            _ => null,
        };
    }

    /// <summary>With the clinic's country code where there is none; as it was told otherwise, for the rules to refuse.</summary>
    public static string Phone(string text, SheetMappingForm mapping)
    {
        var digits = Western(text).Trim();

        // Exactly a tick, by which spreadsheets keep a number as text.
        digits = digits.TrimStart('\'');
        return mapping.CountryCode == SheetMappingForm.India || digits.StartsWith('+') ? digits
            : mapping.CountryCode + digits.TrimStart('0');
    }

    public static string BloodGroup(string text)
    {
        var group = text.ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal)
            .Replace("POSITIVE", "+", StringComparison.Ordinal).Replace("NEGATIVE", "-", StringComparison.Ordinal)
            .Replace("+VE", "+", StringComparison.Ordinal).Replace("-VE", "-", StringComparison.Ordinal)
            .Replace("POS", "+", StringComparison.Ordinal).Replace("NEG", "-", StringComparison.Ordinal)
            .Replace("VE", "", StringComparison.Ordinal);
        return group.TrimStart('\'');
    }

    private static DateOnly? DayOf(string[] parts, DateOrder order, DateOnly today)
    {
        var (year, month, day) = parts[0].Length == 4 ? (parts[0], parts[1], parts[2])
            : Array.Exists(Months, n => parts[1].StartsWith(n, StringComparison.OrdinalIgnoreCase)) || order == DateOrder.DayFirst
            ? (parts[2], parts[1], parts[0]) : (parts[2], parts[0], parts[1]);
        var named = Array.FindIndex(Months, n => month.StartsWith(n, StringComparison.OrdinalIgnoreCase)) + 1;
        var numbers = new[] { year, named > 0 ? named.ToString(CultureInfo.InvariantCulture) : month, day };
        if (!numbers.All(n => n.Length is >= 1 and <= 4 && n.All(char.IsAsciiDigit)) || year.Length is not (2 or 4))
        {
            return null;
        }

        var parsed = numbers.Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        var (y, m, d) = (parsed[0], parsed[1], parsed[2]);
        y = year.Length == 4 ? y : y + (today.Year / 100 * 100);
        var date = y is >= 1 and <= 9999 && m is >= 1 and <= 12 && d >= 1 && d <= DateTime.DaysInMonth(y, m)
            ? new DateOnly(y, m, d) : (DateOnly?)null;
        return year.Length == 2 && date > today ? Earlier(date.Value) : date;
    }

    /// <summary>A hundred years before; 29 February need not have been then.</summary>
    private static DateOnly? Earlier(DateOnly date) => date.AddYears(-100) is var before && before.Day == date.Day
        ? before : null;

    /// <summary>A day that a spreadsheet counts, or a year: she is as old as its last day makes her.</summary>
    private static PatientBirth? OfNumber(int number, DateOnly today) => number switch
    {
        >= SerialMin and <= SerialMax => new PatientBirth(SerialZero.AddDays(number)),
        > 1000 when number <= today.Year => new PatientBirth(
            null, Math.Max(0, new PatientBirth(new DateOnly(number, 12, 31)).YearsOn(today)), today),
        _ => null,
    };

    /// <summary>Digits of any script as 0 to 9.</summary>
    private static string Western(string text) => string.Concat(
        text.Select(c => char.IsDigit(c) ? (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)) : c));
}
