using Clinic.Testing;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>
/// Files under snapshots/ that show a change of shape in review. UPDATE_SNAPSHOTS=1 rewrites the ones that describe; the
/// allow-lists are only ever edited by hand, because each line of them is a decision.
/// </summary>
internal static class Snapshot
{
    public static void Matches(string file, string actual)
    {
        var path = Path(file);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, actual);
        }

        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        var difference = Difference(expected, actual);
        Assert.True(difference is null,
            $"snapshots/{file} differs; when that is meant, run with UPDATE_SNAPSHOTS=1.\n{difference}");
    }

    /// <summary>An allow-list: compared, never rewritten.</summary>
    public static void Pins(string file, IEnumerable<string> actual)
    {
        var difference = Difference(File.ReadAllText(Path(file)), Lines(actual.Order(StringComparer.Ordinal)));
        Assert.True(difference is null, $"snapshots/{file} is an allow-list and is edited by hand, with a reason.\n{difference}");
    }

    public static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(l => l + "\n"));

    /// <summary>Null when equal; else the first lines that only one of the two has.</summary>
    internal static string? Difference(string expected, string actual)
    {
        const int shownMax = 20;
        if (expected == actual)
        {
            return null;
        }

        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        var lines = before.Except(after).Select(l => "- " + l).Concat(after.Except(before).Select(l => "+ " + l)).Take(shownMax)
            .ToList();
        return lines.Count == 0 ? "the order or the number of lines differs" : string.Join('\n', lines);
    }

    private static string Path(string file) => Repository.Path("tests", "Clinic.HouseTests", "snapshots", file);
}
