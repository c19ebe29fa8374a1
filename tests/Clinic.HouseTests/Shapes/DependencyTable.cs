using System.Xml.Linq;

namespace Clinic.HouseTests.Shapes;

/// <summary>Every package that the build may use stands in the README with its version, and so with its reason.</summary>
internal static class DependencyTable
{
    private const string Head = "| package | version |";

    /// <param name="packages">Directory.Packages.props.</param>
    /// <param name="readme">
    /// A row may name several packages; of those with one vendor only the first needs the vendor's name before the dot.
    /// </param>
    public static IEnumerable<string> Missing(string packages, string readme)
    {
        var rows = Rows(readme).ToList();
        foreach (var package in XDocument.Parse(packages).Descendants("PackageVersion"))
        {
            var (name, version) = (package.Attribute("Include")!.Value, package.Attribute("Version")!.Value);
            if (!rows.Any(row => row.Names.Contains(name) && row.Versions.Contains(version)))
            {
                yield return $"{name} {version}";
            }
        }
    }

    private static IEnumerable<(HashSet<string> Names, HashSet<string> Versions)> Rows(string readme) =>
        readme.Split('\n')
            .SkipWhile(line => !line.StartsWith(Head, StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Split('|'))
            .Select(cells => (Names(Words(cells[1])), Words(cells[2]).ToHashSet()));

    private static HashSet<string> Names(IReadOnlyList<string> words)
    {
        var vendor = words[0].Split('.')[0];
        return [.. words, .. words.Select(word => $"{vendor}.{word}")];
    }

    private static string[] Words(string cell) =>
        cell.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
