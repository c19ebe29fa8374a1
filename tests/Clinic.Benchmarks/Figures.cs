using System.Globalization;

namespace Clinic.Benchmarks;

/// <summary>Order statistics of one measure; no means, which one slow garbage collection or neighbour would move.</summary>
internal static class Figures
{
    public static double Median(IReadOnlyCollection<double> values) => Percentile(values, 0.5);

    /// <summary>The smallest value that at least this part of the values does not exceed.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    public static string Text(double value, string format = "0.##") => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>A table as docs/performance.md holds it.</summary>
internal sealed record Table(string Title, IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public string ToMarkdown() => string.Join('\n', (string[])
    [
        $"**{Title}**", "",
        Line(Head), Line([.. Head.Select((_, i) => i == 0 ? "---" : "---:")]),
        .. Rows.Select(Line), "",
    ]);

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
