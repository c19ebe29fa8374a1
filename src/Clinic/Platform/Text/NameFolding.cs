using System.Collections.Frozen;

namespace Clinic.Platform.Text;

/// <summary>
/// One spelling of each letter, for comparison only. The runtime carries no ICU (a function starts faster so), and without it
/// string.Normalize gives back what it was given: so the letters that matter here stand in a table of their own.
/// </summary>
internal static class NameFolding
{
    private const char FullWidthFirst = '\uff01';
    private const char FullWidthLast = '\uff5e';
    private const int FullWidthShift = 0xfee0;

    /// <summary>Latin letters with a mark, by the letter under it: a desk types Jose for José.</summary>
    private static readonly (string Plain, string Marked)[] Latin =
    [
        ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
        ("b", "ḃḅḇ"),
        ("c", "çćĉċčḉ"),
        ("d", "ďḋḍḏḑḓ"),
        ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
        ("f", "ḟ"),
        ("g", "ĝğġģǧǵḡ"),
        ("h", "ĥȟḣḥḧḩḫẖ"),
        ("i", "ìíîïĩīĭįǐȉȋḭḯỉị"),
        ("j", "ĵǰ"),
        ("k", "ķǩḱḳḵ"),
        ("l", "ĺļľḷḹḻḽ"),
        ("m", "ḿṁṃ"),
        ("n", "ñńņňǹṅṇṉṋ"),
        ("o", "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
        ("p", "ṕṗ"),
        ("r", "ŕŗřȑȓṙṛṝṟ"),
        ("s", "śŝşšșṡṣṥṧṩ"),
        ("t", "ţťțṫṭṯṱẗ"),
        ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
        ("v", "ṽṿ"),
        ("w", "ŵẁẃẅẇẉẘ"),
        ("x", "ẋẍ"),
        ("y", "ýÿŷȳẏẙỳỵỷỹ"),
        ("z", "źżžẑẓẕ"),
    ];

    /// <summary>Letters of Indian scripts that Unicode also spells as two or three, which is their normal form.</summary>
    private static readonly (char One, string Parts)[] Indic =
    [
        ('\u0929', "\u0928\u093c"),
        ('\u0931', "\u0930\u093c"),
        ('\u0934', "\u0933\u093c"),
        ('\u0958', "\u0915\u093c"),
        ('\u0959', "\u0916\u093c"),
        ('\u095a', "\u0917\u093c"),
        ('\u095b', "\u091c\u093c"),
        ('\u095c', "\u0921\u093c"),
        ('\u095d', "\u0922\u093c"),
        ('\u095e', "\u092b\u093c"),
        ('\u095f', "\u092f\u093c"),
        ('\u09cb', "\u09c7\u09be"),
        ('\u09cc', "\u09c7\u09d7"),
        ('\u09dc', "\u09a1\u09bc"),
        ('\u09dd', "\u09a2\u09bc"),
        ('\u09df', "\u09af\u09bc"),
        ('\u0a33', "\u0a32\u0a3c"),
        ('\u0a36', "\u0a38\u0a3c"),
        ('\u0a59', "\u0a16\u0a3c"),
        ('\u0a5a', "\u0a17\u0a3c"),
        ('\u0a5b', "\u0a1c\u0a3c"),
        ('\u0a5e', "\u0a2b\u0a3c"),
        ('\u0b48', "\u0b47\u0b56"),
        ('\u0b4b', "\u0b47\u0b3e"),
        ('\u0b4c', "\u0b47\u0b57"),
        ('\u0b5c', "\u0b21\u0b3c"),
        ('\u0b5d', "\u0b22\u0b3c"),
        ('\u0b94', "\u0b92\u0bd7"),
        ('\u0bca', "\u0bc6\u0bbe"),
        ('\u0bcb', "\u0bc7\u0bbe"),
        ('\u0bcc', "\u0bc6\u0bd7"),
        ('\u0c48', "\u0c46\u0c56"),
        ('\u0cc0', "\u0cbf\u0cd5"),
        ('\u0cc7', "\u0cc6\u0cd5"),
        ('\u0cc8', "\u0cc6\u0cd6"),
        ('\u0cca', "\u0cc6\u0cc2"),
        ('\u0ccb', "\u0cc6\u0cc2\u0cd5"),
        ('\u0d4a', "\u0d46\u0d3e"),
        ('\u0d4b', "\u0d47\u0d3e"),
        ('\u0d4c', "\u0d46\u0d57"),
        ('\u0dda', "\u0dd9\u0dca"),
        ('\u0ddc', "\u0dd9\u0dcf"),
        ('\u0ddd', "\u0dd9\u0dcf\u0dca"),
        ('\u0dde', "\u0dd9\u0ddf"),
    ];

    private static readonly FrozenDictionary<char, string> Table =
        Latin.SelectMany(l => l.Marked.Select(m => (From: m, To: l.Plain))).Concat(Indic.Select(i => (From: i.One, To: i.Parts)))
            .ToFrozenDictionary(f => f.From, f => f.To);

    public static string Fold(string text) => string.Concat(text.ToLowerInvariant().Select(Fold));

    private static string Fold(char letter) => letter switch
    {
        // Marks that follow a Latin letter; those of other scripts are part of the word.
        >= '\u0300' and <= '\u036f' => "",
        >= FullWidthFirst and <= FullWidthLast => ((char)(letter - FullWidthShift)).ToString(),
        _ => Table.TryGetValue(letter, out var folded) ? folded : letter.ToString(),
    };
}
