using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Clinic.Documents;

/// <summary>What a download is called: always a file to be kept, never a page to be shown (RFC 6266).</summary>
internal static class FileNames
{
    private const int LengthMax = 100;
    private const string Otherwise = "document";

    /// <summary>Mean something to some system's paths or shells.</summary>
    private const string Awkward = "\\/:*?\"<>|%;'`$&~";

    public static string Disposition(string title, string extension)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{Of(title)}.{extension}");
        return disposition.ToString();
    }

    /// <summary>
    /// Without what a path is made of, and without characters that are not seen: one that turns the direction of reading makes
    /// "exe.pdf" of "fdp.exe".
    /// </summary>
    internal static string Of(string title)
    {
        var name = new StringBuilder();
        foreach (var rune in title.Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            var isSeen = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            if (isSeen && name.Length < LengthMax)
            {
                name.Append(Awkward.Contains(rune.ToString(), StringComparison.Ordinal) || rune.Value == ' ' && name.Length == 0
                    ? "-" : rune.ToString());
            }
        }

        var trimmed = name.ToString().Trim(' ', '.', '-');
        return trimmed.Length == 0 ? Otherwise : trimmed;
    }
}
