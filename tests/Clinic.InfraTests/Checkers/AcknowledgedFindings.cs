using Clinic.InfraTests.Reading;

namespace Clinic.InfraTests.Checkers;

/// <summary>The table of docs/security/findings.md, one source for people and for the tests.</summary>
internal static class AcknowledgedFindings
{
    private static readonly Lazy<IReadOnlyList<Acknowledgement>> All =
        new(() => Parse(File.ReadAllLines(RepositoryFiles.Path("docs", "security", "findings.md"))));

    public static IReadOnlyList<Acknowledgement> Of(string tool) => [.. All.Value.Where(row => row.Tool == tool)];

    /// <summary>Rows of four cells whose first is a tool; of several resources in one cell each becomes a row.</summary>
    internal static IReadOnlyList<Acknowledgement> Parse(IEnumerable<string> lines) =>
    [
        .. lines
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .Where(cells => cells.Length == 4 && Tools.All.Contains(cells[0]))
            .SelectMany(cells => cells[2].Split(',', StringSplitOptions.TrimEntries)
                .Select(resource => new Acknowledgement(cells[0], Bare(cells[1]), Bare(resource), cells[3]))),
    ];

    private static string Bare(string cell) => cell.Trim('`');
}

internal static class Tools
{
    public const string Nag = "cdk-nag";
    public const string Guard = "cfn-guard";
    public const string Npm = "npm audit";

    public static readonly IReadOnlyList<string> All = [Nag, Guard, Npm];
}
