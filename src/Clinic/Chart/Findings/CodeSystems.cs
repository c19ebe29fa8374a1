using System.Text.RegularExpressions;
using Clinic.Platform.Text;

namespace Clinic.Chart.Findings;

/// <summary>
/// The code systems whose codes are taken, by their FHIR names. A code's form is checked, its check digit where it has one;
/// whether it is in the system's edition of today is not, for a record keeps codes of older ones.
/// </summary>
internal static partial class CodeSystems
{
    /// <summary>WHO's edition and its national extensions have one form.</summary>
    public const string Icd10 = "http://hl7.org/fhir/sid/icd-10";

    /// <summary>The clinical modification of the United States, in the same form.</summary>
    public const string Icd10Cm = "http://hl7.org/fhir/sid/icd-10-cm";
    public const string Snomed = "http://snomed.info/sct";
    public const string Loinc = "http://loinc.org";

    /// <summary>WHO's classification of drugs.</summary>
    public const string Atc = "http://www.whocc.no/atc";

    /// <summary>Drugs as records of the United States name them; here of what was imported.</summary>
    public const string RxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

    /// <summary>Vaccines, by the list of the CDC.</summary>
    public const string Cvx = "http://hl7.org/fhir/sid/cvx";

    private const int SnomedMin = 6;
    private const int SnomedMax = 18;

    public static bool Holds(string system, string code) => system switch
    {
        Icd10 or Icd10Cm => IsIcd10(code),
        Snomed => IsSnomedConcept(code),
        Loinc => IsLoinc(code),
        Atc => AtcForm().IsMatch(code),
        RxNorm => RxNormForm().IsMatch(code),
        Cvx => CvxForm().IsMatch(code),
        _ => false,
    };

    public static bool IsIcd10(string code) => Icd10Form().IsMatch(code);

    /// <summary>
    /// Digits without a leading zero, the last a check digit (Verhoeff); the two before it say of what it is the id: of a concept
    /// they are 00, or 10 with a namespace.
    /// </summary>
    public static bool IsSnomedConcept(string code) =>
        code.Length is >= SnomedMin and <= SnomedMax && code.All(char.IsAsciiDigit) && code[0] != '0'
        && code[^3..^1] is "00" or "10" && Verhoeff.Holds(code);

    /// <summary>A number and behind a hyphen its check digit, by the scheme of Luhn (mod 10).</summary>
    public static bool IsLoinc(string code) => LoincForm().IsMatch(code) && LuhnDigit(code[..^2]) == code[^1] - '0';

    private static int LuhnDigit(string number)
    {
        var sum = 0;
        for (var place = 0; place < number.Length; place++)
        {
            var digit = number[^(place + 1)] - '0';
            var weighted = place % 2 == 0 ? digit * 2 : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }

        return (10 - (sum % 10)) % 10;
    }

    [GeneratedRegex(@"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Icd10Form();

    [GeneratedRegex(@"^[0-9]{1,7}-[0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex LoincForm();

    [GeneratedRegex(@"^[A-Z](0[1-9]|[1-9][0-9])([A-Z]([A-Z]([0-9]{2})?)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex AtcForm();

    [GeneratedRegex(@"^[1-9][0-9]{0,7}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RxNormForm();

    [GeneratedRegex(@"^[0-9]{1,3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CvxForm();
}
