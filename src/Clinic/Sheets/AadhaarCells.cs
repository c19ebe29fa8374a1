using System.Text;
using Clinic.Platform.Text;

namespace Clinic.Sheets;

/// <summary>
/// Aadhaar numbers in the cells of a list. A clinic may not store them (Aadhaar Act s.8A(4)), and lists hold them anywhere: so
/// every cell is looked through, and of each number only the last four go on.
/// </summary>
internal static class AadhaarCells
{
    private const int Digits = 12;

    /// <summary>The cell with masked numbers, and how many there were. A run of more or fewer digits is something else.</summary>
    public static (string Text, int Masked) Mask(string cell)
    {
        var (text, masked, at) = (new StringBuilder(), 0, 0);
        while (at < cell.Length)
        {
            var end = char.IsDigit(cell[at]) ? EndOfRun(cell, at) : at + 1;
            var run = cell[at..end];
            var isNumber = end - at >= Digits && AadhaarText.Number(run) is not null;
            masked += isNumber ? 1 : 0;
            text.Append(isNumber ? AadhaarText.Masked(run) : run);
            at = end;
        }

        return masked == 0 ? (cell, 0) : (text.ToString(), masked);
    }

    /// <summary>Digits with at most one blank or hyphen between any two.</summary>
    private static int EndOfRun(string cell, int at)
    {
        while (at < cell.Length && (char.IsDigit(cell[at])
            || (cell[at] is ' ' or '-' && at + 1 < cell.Length && char.IsDigit(cell[at + 1]))))
        {
            at++;
        }

        return at;
    }
}
