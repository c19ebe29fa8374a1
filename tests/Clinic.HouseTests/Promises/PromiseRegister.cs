using System.Text.RegularExpressions;
using Clinic.HouseTests.Tidy;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Clinic.HouseTests.Promises;

/// <summary>A row of docs/promises.md.</summary>
internal sealed record PromiseRow(string Id, string Promise, string State, string Control, string Tests);

/// <summary>
/// The register against the tests: a promise counts as kept only with a test that carries its id, and no test may carry an id
/// that no row has.
/// </summary>
internal static partial class PromiseRegister
{
    private static readonly string[] States = ["kept", "partly", "not yet"];

    public static IReadOnlyList<PromiseRow> Read(string markdown) =>
    [
        .. markdown.Split('\n').Where(l => Row().IsMatch(l)).Select(l => l.Trim()[1..].Split('|', StringSplitOptions.TrimEntries))
            .Select(c => c.Length >= 5 ? new PromiseRow(c[0], c[1], c[2], c[3], c[4])
                : throw new FormatException($"{c[0]} has no five columns.")),
    ];

    /// <summary>The ids that tests carry, read from the syntax: a text that merely quotes a trait is none.</summary>
    public static IReadOnlySet<string> Traits(IEnumerable<SourceFile> files) => files.Where(f => f.IsTest)
        .SelectMany(f => f.Nodes<AttributeSyntax>()).Where(a => a.Name.ToString() == "Trait")
        .Select(a => a.ArgumentList!.Arguments.Select(x => x.Expression as LiteralExpressionSyntax)
            .Select(x => x?.Token.ValueText).ToList())
        .Where(a => a is ["Promise", not null]).Select(a => a[1]!).ToHashSet();

    public static IEnumerable<string> Findings(IReadOnlyList<PromiseRow> rows, IReadOnlySet<string> traits)
    {
        var ids = rows.Select(r => r.Id).ToHashSet();
        return rows.Where(r => r.State == "kept" && !traits.Contains(r.Id))
            .Select(r => $"{r.Id} says kept, and no test carries it")
            .Concat(traits.Where(t => !ids.Contains(t)).Select(t => $"a test carries {t}, which is no row"))
            .Concat(rows.Where(r => !States.Contains(r.State)).Select(r => $"{r.Id} has the state '{r.State}'"))
            .Concat(rows.Where(r => r.State != "not yet" && (r.Control.Length == 0 || r.Tests.Length == 0))
                .Select(r => $"{r.Id} names no control or no test"))
            .Concat(rows.GroupBy(r => r.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key} stands twice"));
    }

    [GeneratedRegex(@"^\| [A-Z]{2,4}-\d+ \|")]
    private static partial Regex Row();
}
