namespace Clinic.Platform.Text;

/// <summary>
/// Verhoeff's check digit, the last of a number: notices every wrong digit and every swap of neighbours. Aadhaar numbers and
/// SNOMED CT ids have one.
/// </summary>
public static class Verhoeff
{
    /// <summary>The dihedral group of order ten: 0 to 4 turn the pentagon, 5 to 9 also reflect it.</summary>
    private static readonly string[] Product =
    [
        "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
        "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
    ];

    /// <summary>What the permutation of the scheme makes of each digit in as many steps as the digit's place, of eight.</summary>
    private static readonly string[] Permuted = Powers("1576283094", 8);

    /// <param name="digits">0 to 9 alone.</param>
    public static bool Holds(string digits)
    {
        var check = 0;
        for (var place = 0; place < digits.Length; place++)
        {
            var permuted = Permuted[place % Permuted.Length][digits[^(place + 1)] - '0'];
            check = Product[check][permuted - '0'] - '0';
        }

        return check == 0;
    }

    private static string[] Powers(string permutation, int count)
    {
        var powers = new string[count];
        powers[0] = "0123456789";
        for (var i = 1; i < count; i++)
        {
            powers[i] = string.Concat(powers[i - 1].Select(d => permutation[d - '0']));
        }

        return powers;
    }
}
