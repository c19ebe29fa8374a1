using System.Collections.Frozen;
using System.Text;

namespace Clinic.Platform.Text;

/// <summary>
/// Words of Devanagari and Gujarati in Latin letters, as a desk would type them. The two scripts have one table: Unicode sets
/// Gujarati 0x180 above Devanagari, letter by letter. Other Indian scripts write sounds of theirs with other letters (Tamil has
/// one letter for k and g) and are not romanised.
/// </summary>
internal static class IndicLetters
{
    private const char DevanagariFirst = '\u0900';
    private const char GujaratiFirst = '\u0a80';
    private const char GujaratiLast = '\u0aff';
    private const char Virama = '\u094d';
    private const char Nukta = '\u093c';
    private const char Anusvara = '\u0902';
    private const string Labials = "पफबभम";

    private static readonly FrozenDictionary<char, string> Consonants = new Dictionary<char, string>
    {
        ['क'] = "k", ['ख'] = "kh", ['ग'] = "g", ['घ'] = "gh", ['ङ'] = "n", ['च'] = "ch", ['छ'] = "chh", ['ज'] = "j",
        ['झ'] = "jh", ['ञ'] = "n", ['ट'] = "t", ['ठ'] = "th", ['ड'] = "d", ['ढ'] = "dh", ['ण'] = "n", ['त'] = "t", ['थ'] = "th",
        ['द'] = "d", ['ध'] = "dh", ['न'] = "n", ['प'] = "p", ['फ'] = "ph", ['ब'] = "b", ['भ'] = "bh", ['म'] = "m", ['य'] = "y",
        ['र'] = "r", ['ल'] = "l", ['ळ'] = "l", ['व'] = "v", ['श'] = "sh", ['ष'] = "sh", ['स'] = "s", ['ह'] = "h",
    }.ToFrozenDictionary();

    /// <summary>Letters of their own and the signs that follow a consonant.</summary>
    private static readonly FrozenDictionary<char, string> Vowels = new Dictionary<char, string>
    {
        ['अ'] = "a", ['आ'] = "aa", ['इ'] = "i", ['ई'] = "ee", ['उ'] = "u", ['ऊ'] = "oo", ['ऋ'] = "ri", ['ए'] = "e", ['ऐ'] = "ai",
        ['ओ'] = "o", ['औ'] = "au", ['ऑ'] = "o", ['ऍ'] = "e",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<char, string> Signs = new Dictionary<char, string>
    {
        ['\u093e'] = "aa", ['\u093f'] = "i", ['\u0940'] = "ee", ['\u0941'] = "u", ['\u0942'] = "oo", ['\u0943'] = "ri",
        ['\u0945'] = "e", ['\u0947'] = "e", ['\u0948'] = "ai", ['\u0949'] = "o", ['\u094b'] = "o", ['\u094c'] = "au",
    }.ToFrozenDictionary();

    /// <summary>Other marks: those of the nose and of the breath.</summary>
    private static readonly FrozenDictionary<char, string> Marks = new Dictionary<char, string>
    {
        ['\u0901'] = "n", [Anusvara] = "n", ['\u0903'] = "h",
    }.ToFrozenDictionary();

    /// <summary>Null when a letter is neither Latin nor of these two scripts.</summary>
    public static string? Romanised(string word)
    {
        if (word.All(char.IsAsciiLetterLower))
        {
            return word;
        }

        var latin = new StringBuilder(word.Length * 2);
        for (var i = 0; i < word.Length; i++)
        {
            var letter = Devanagari(word[i]);
            if (Consonants.TryGetValue(letter, out var consonant))
            {
                var hasDot = i + 1 < word.Length && Devanagari(word[i + 1]) == Nukta;
                i += hasDot ? 1 : 0;
                latin.Append(hasDot && letter == 'ज' ? "z" : consonant);
                latin.Append(i + 1 < word.Length && IsSign(Devanagari(word[i + 1])) ? "" : "a");
            }
            else if ((Vowels.GetValueOrDefault(letter) ?? Signs.GetValueOrDefault(letter) ?? Mark(word, i)
                ?? (letter is Virama || char.IsAsciiLetterLower(letter) ? letter.ToString() : null)) is { } sound)
            {
                latin.Append(letter is Virama ? "" : sound);
            }
            else
            {
                return null;
            }
        }

        return latin.ToString();
    }

    /// <summary>The point above a letter is the nasal of the consonant that follows: m before a sound of the lips.</summary>
    private static string? Mark(string word, int at)
    {
        var isBeforeLips = at + 1 < word.Length && Labials.Contains(Devanagari(word[at + 1]));
        return Devanagari(word[at]) == Anusvara && isBeforeLips ? "m" : Marks.GetValueOrDefault(Devanagari(word[at]));
    }

    private static bool IsSign(char letter) => letter == Virama || Signs.ContainsKey(letter);

    private static char Devanagari(char letter) =>
        letter is >= GujaratiFirst and <= GujaratiLast ? (char)(letter - GujaratiFirst + DevanagariFirst) : letter;
}
