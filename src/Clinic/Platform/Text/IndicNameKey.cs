using System.Text;

namespace Clinic.Platform.Text;

/// <summary>
/// How a word of an Indian name sounds, as a short key: the many romanised spellings of one name meet in it (Lakshmi and Laxmi,
/// Choudhary and Chowdhury), and most other names do not. Kept are the consonants without breath, length and doubling, the first
/// vowel roughly, and of the later ones i and u; what a spelling leaves out at will (a, e and o within, a final short a) is left
/// out. Devanagari and Gujarati are romanised first; a word of another script is its own key. How often it is right was measured
/// on tests/Clinic.Tests/Platform/Text/names.tsv.
/// </summary>
internal static class IndicNameKey
{
    private const string Vowels = "aeiou";
    private const string VowelsAndGlide = "aeiouy";

    private enum Where
    {
        Anywhere,
        AtStart,
        AtEnd,
    }

    /// <summary>
    /// In this order. Several spellings of one sound, to one letter of it; C stands for the sound of ch. B, v and w are one sound
    /// in the east of India, z and j in most of it, s and sh in the south.
    /// </summary>
    private static readonly (Where Where, string From, string To)[] Consonants =
    [
        (Where.AtStart, "iy", "ay"), (Where.AtStart, "sye", "saye"), (Where.AtStart, "hr", "r"), (Where.AtStart, "chr", "kr"),
        (Where.AtEnd, "dhury", "dhari"), (Where.AtEnd, "dhuri", "dhari"), (Where.AtEnd, "ose", "os"), (Where.AtEnd, "gy", "gi"),
        (Where.AtEnd, "ey", "e"), (Where.AtEnd, "que", "k"), (Where.AtEnd, "niam", "nian"), (Where.AtEnd, "nyam", "nyan"),
        (Where.Anywhere, "inder", "ender"), (Where.Anywhere, "indar", "endar"), (Where.Anywhere, "indr", "endr"),
        (Where.Anywhere, "dny", "gn"), (Where.Anywhere, "jny", "gn"), (Where.Anywhere, "gny", "gn"), (Where.Anywhere, "jn", "gn"),
        (Where.Anywhere, "gy", "gn"),
        (Where.Anywhere, "tch", "ch"), (Where.Anywhere, "chh", "ch"), (Where.Anywhere, "cch", "ch"), (Where.Anywhere, "ch", "C"),
        (Where.Anywhere, "x", "ks"), (Where.Anywhere, "qu", "k"), (Where.Anywhere, "q", "k"),
        (Where.Anywhere, "ce", "se"), (Where.Anywhere, "ci", "si"), (Where.Anywhere, "cy", "si"), (Where.Anywhere, "c", "k"),
        (Where.Anywhere, "mp", "np"),
        (Where.Anywhere, "kh", "k"), (Where.Anywhere, "gh", "g"), (Where.Anywhere, "jh", "j"), (Where.Anywhere, "th", "t"),
        (Where.Anywhere, "dh", "d"), (Where.Anywhere, "bh", "b"), (Where.Anywhere, "ph", "f"), (Where.Anywhere, "sh", "s"),
        (Where.Anywhere, "zh", "l"), (Where.Anywhere, "rh", "r"), (Where.Anywhere, "lh", "l"), (Where.Anywhere, "z", "j"),
        (Where.Anywhere, "mh", "hm"), (Where.Anywhere, "nh", "hn"),
        (Where.Anywhere, "b", "v"), (Where.AtEnd, "h", ""),
    ];

    /// <summary>In this order, on a run of vowels and glides: one letter or diphthong for each of its spellings.</summary>
    private static readonly (string From, string To)[] VowelRuns =
    [
        ("aa", "a"), ("ee", "i"), ("ea", "i"), ("ii", "i"), ("ie", "i"), ("oo", "u"), ("uu", "u"), ("ou", "u"), ("au", "u"),
        ("ao", "u"), ("ae", "ay"), ("ai", "ay"), ("ei", "ay"), ("ey", "ay"), ("oi", "oy"), ("yy", "y"), ("iy", "i"),
    ];

    /// <param name="word">One of <see cref="ContactText.NameWords"/>.</param>
    public static string Of(string word)
    {
        if (IndicLetters.Romanised(word) is not { } latin)
        {
            return word;
        }

        var text = latin;
        foreach (var (where, from, to) in Consonants)
        {
            text = Replace(text, where, from, to);
        }

        text = Single(Semivowels(text));
        var key = Skeleton(text);
        return key.Length == 0 ? word : key;
    }

    private static string Replace(string text, Where where, string from, string to) => where switch
    {
        Where.AtStart => text.StartsWith(from, StringComparison.Ordinal) ? to + text[from.Length..] : text,
        Where.AtEnd => text.Length > from.Length && text.EndsWith(from, StringComparison.Ordinal)
            ? text[..^from.Length] + to : text,
        _ => text.Replace(from, to, StringComparison.Ordinal),
    };

    /// <summary>
    /// W is a vowel after o (Gowtham), else the sound of v; a vocalic r is written ri or ru (Krishna, Krushna).
    /// </summary>
    private static string Semivowels(string text)
    {
        var letters = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var (before, after) = (i > 0 ? text[i - 1] : ' ', i + 1 < text.Length ? text[i + 1] : ' ');
            var afterNext = i + 2 < text.Length ? text[i + 2] : ' ';
            var isVocalic = text[i] == 'u' && before == 'r' && IsConsonant(after)
                && (i > 1 ? IsConsonant(text[i - 2]) : after is 's' or 't');
            letters.Append(text[i] switch
            {
                'w' when before == 'o' && !Vowels.Contains(after) => 'u',
                'w' => 'v',
                _ when isVocalic => 'i',
                'e' when letters.Length <= 1 && i <= 1 && after == 'r' && IsConsonant(afterNext) => 'a',
                _ => text[i],
            });
        }

        return letters.ToString();
    }

    private static bool IsConsonant(char letter) => letter != ' ' && !VowelsAndGlide.Contains(letter);

    /// <summary>Doubled consonants are one.</summary>
    private static string Single(string text) =>
        string.Concat(text.Where((c, i) => i == 0 || c != text[i - 1] || VowelsAndGlide.Contains(c)));

    private static string Skeleton(string text)
    {
        var key = new StringBuilder(text.Length);
        var isFirst = true;
        for (var i = 0; i < text.Length;)
        {
            var length = VowelsAndGlide.Contains(text[i]) ? RunLength(text, i) : 0;
            if (length == 0)
            {
                // A breath before a consonant is heard only where the stress is: Rahman is not Raman.
                var isHeard = text[i] != 'h' || Vowels.Contains(i + 1 < text.Length ? text[i + 1] : ' ') || key.Length <= 2;
                key.Append(isHeard ? text[i] : "");
                i++;
                continue;
            }

            if (i == 0 && text[0] == 'y' && length > 1)
            {
                key.Append('y');
                (i, length) = (1, length - 1);
            }

            var run = text.Substring(i, length);
            i += length;
            var isLast = i == text.Length;
            Append(key, isFirst ? First(run, key.Length == 0, isLast, i < text.Length ? text[i] : ' ')
                : Later(run, isLast));
            isFirst = false;
        }

        return key.ToString();
    }

    private static int RunLength(string text, int from)
    {
        var to = from;
        while (to < text.Length && VowelsAndGlide.Contains(text[to]))
        {
            to++;
        }

        return to - from;
    }

    private static string Spell(string run)
    {
        foreach (var (from, to) in VowelRuns)
        {
            run = run.Replace(from, to, StringComparison.Ordinal);
        }

        return run;
    }

    /// <summary>The first vowel is kept: e is i where the word begins (Eshwar), a before h; o and u are one.</summary>
    private static string First(string run, bool opens, bool isLast, char next)
    {
        if (run == "y")
        {
            return isLast ? "i" : "ay";
        }

        var spelled = Spell(run.Length > 1 && run[0] == 'y' ? run[1..] : run);
        var vowel = spelled[0] switch
        {
            'e' when next == 'h' => 'a',
            'e' when opens => 'i',
            'o' => 'u',
            var other => other,
        };
        return vowel + string.Concat(spelled.Skip(1).Where(c => c is 'u' or 'y'));
    }

    /// <summary>Of later vowels i, u and the glide; at the end of the word also e.</summary>
    private static string Later(string run, bool isLast)
    {
        if (isLast && run == "e")
        {
            return "e";
        }

        var spelled = Spell(run[0] == 'y' ? "i" + run[1..] : run).Replace("oy", "ay", StringComparison.Ordinal);
        return string.Concat(spelled.Select((c, i) => c switch
        {
            'i' or 'u' or 'y' => c.ToString(),
            'o' when isLast && i == spelled.Length - 1 => "u",
            _ => "",
        }));
    }

    private static void Append(StringBuilder key, string sounds)
    {
        foreach (var sound in sounds.Where(s => key.Length == 0 || key[^1] != s))
        {
            key.Append(sound);
        }
    }
}
