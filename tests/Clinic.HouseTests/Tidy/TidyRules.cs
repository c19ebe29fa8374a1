using System.Text.RegularExpressions;
using Clinic.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Clinic.HouseTests.Tidy;

/// <summary>A C# file as the rules see it.</summary>
internal sealed class SourceFile(string path, string text)
{
    private readonly Lazy<CompilationUnitSyntax> syntax = new(() => CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot());

    public string Path => path;

    public IReadOnlyList<string> Lines { get; } = text.TrimEnd('\n').Split('\n');

    public CompilationUnitSyntax Syntax => syntax.Value;

    public bool IsTest => path.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>The capability that a file belongs to; null for hosts, platform and tests.</summary>
    public string? Capability =>
        path.Split('/') is ["src", "Clinic", var folder, _, ..] && folder != "Platform" ? folder : null;

    public static IEnumerable<SourceFile> All() => Repository.CodeFiles().Select(f => new SourceFile(f, Repository.Read(f)));

    public IEnumerable<T> Nodes<T>()
        where T : SyntaxNode => Syntax.DescendantNodes().OfType<T>();

    public string At(SyntaxNode node, string what) => $"{path}:{Line(node)}: {what}";

    public static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}

/// <summary>The rules of the house that a compiler does not know. Each gives its findings with file and line.</summary>
internal static partial class TidyRules
{
    public const int MethodLinesMax = 60;
    public const int FileLinesMax = 300;

    /// <summary>The one test file that may delay: there a length of time is the fault that is planted.</summary>
    public const string SlownessPath = "tests/Clinic.Testing/Faults/Slowness.cs";
    public const int SliceLinesMax = 150;
    public const int LineLengthMax = 130;

    private static readonly string[] Clocks = ["UtcNow", "Now", "Today"];

    public static IEnumerable<string> LongLines(SourceFile file) => file.Lines
        .Select((line, index) => (Line: line, Number: index + 1)).Where(l => l.Line.Length > LineLengthMax)
        .Select(l => $"{file.Path}:{l.Number}: {l.Line.Length} characters");

    public static IEnumerable<string> LongFiles(SourceFile file)
    {
        var max = IsSlice(file) ? SliceLinesMax : FileLinesMax;
        return file.Lines.Count > max ? [$"{file.Path}: {file.Lines.Count} lines, at most {max}"] : [];
    }

    /// <summary>A table of cases is data, however long.</summary>
    public static IEnumerable<string> LongMethods(SourceFile file) =>
        from node in file.Syntax.DescendantNodes()
        where node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
        where !file.IsTest || node
            is not MethodDeclarationSyntax { ReturnType: GenericNameSyntax { Identifier.Text: "TheoryData" } }
        let attributes = node.ChildNodes().OfType<AttributeListSyntax>().LastOrDefault()
        let start = attributes?.GetLocation().GetLineSpan().EndLinePosition.Line + 1
            ?? node.GetLocation().GetLineSpan().StartLinePosition.Line
        let lines = node.GetLocation().GetLineSpan().EndLinePosition.Line - start + 1
        where lines > MethodLinesMax
        select file.At(node, $"a method of {lines} lines");

    public static IEnumerable<string> Marks(SourceFile file) => file.Lines
        .Select((line, index) => (Mark: Mark().Match(line), Number: index + 1)).Where(l => l.Mark.Success)
        .Select(l => $"{file.Path}:{l.Number}: {l.Mark.Value}");

    public static IEnumerable<string> Regions(SourceFile file) =>
        from trivia in file.Syntax.DescendantTrivia(descendIntoTrivia: true)
        where trivia.IsKind(SyntaxKind.RegionDirectiveTrivia)
        select $"{file.Path}: a region";

    /// <summary>Catching everything; a block that ends by throwing again only tidies up.</summary>
    public static IEnumerable<string> CatchAlls(SourceFile file) =>
        from clause in file.Nodes<CatchClauseSyntax>()
        where clause.Declaration is null || clause.Declaration.Type.ToString() is "Exception" or "System.Exception"
        where clause.Block.Statements.LastOrDefault() is not ThrowStatementSyntax { Expression: null }
        select file.At(clause, "catches every exception");

    public static IEnumerable<string> BannedCalls(SourceFile file)
    {
        foreach (var member in file.Nodes<MemberAccessExpressionSyntax>())
        {
            var (left, name) = (member.Expression.ToString().Split('.')[^1], member.Name.Identifier.Text);
            var isClock = left is "DateTime" or "DateTimeOffset" && Clocks.Contains(name);
            var isBare = left == "Guid" && name == "CreateVersion7" && member.Parent
                is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 };
            if (isClock || (left == "Guid" && name == "NewGuid") || (isBare && !file.IsTest)
                || (left == "Thread" && name == "Sleep"))
            {
                yield return file.At(member, $"{left}.{name}");
            }

            var waitsForEver = member.Parent
                is InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: var time }, ..] }
                && time.ToString() == "Timeout.Infinite";
            if (file.IsTest && file.Path != SlownessPath && left == "Task" && name == "Delay" && !waitsForEver)
            {
                yield return file.At(member, "a test that waits for a time instead of a fact");
            }
        }
    }

    /// <summary>AWS clients are made where the credentials are decided, and for administration of the stand-ins.</summary>
    public static IEnumerable<string> AwsClients(SourceFile file) =>
        from creation in file.Nodes<ObjectCreationExpressionSyntax>()
        let type = creation.Type.ToString()
        where type.StartsWith("Amazon", StringComparison.Ordinal) && type.EndsWith("Client", StringComparison.Ordinal)
        where file.Path != "src/Clinic/Platform/Cloud/AwsAccess.cs" && !file.IsTest
            && !file.Path.StartsWith("src/Clinic.Local/", StringComparison.Ordinal)
        select file.At(creation, $"makes an {type}");

    public static IEnumerable<string> SkippedTests(SourceFile file) =>
        from argument in file.Nodes<AttributeArgumentSyntax>()
        where argument.NameEquals?.Name.Identifier.Text is "Skip" or "SkipWhen" or "SkipUnless"
        select file.At(argument, "a skipped test");

    /// <summary>No handler calls a handler: capabilities meet through items and messages. Modules only register them.</summary>
    public static IEnumerable<string> HandlersCalled(SourceFile file) =>
        from call in file.Nodes<InvocationExpressionSyntax>()
        where file.Capability is not null && !file.Path.EndsWith("Module.cs", StringComparison.Ordinal)
        let member = call.Expression as MemberAccessExpressionSyntax
        where member is { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax }
            && member.Name.Identifier.Text.StartsWith("Handle", StringComparison.Ordinal)
        where char.IsUpper(member.Expression.ToString().Split('.')[^1][0])
        select file.At(call, $"a handler calls {member.Expression}.{member.Name}");

    /// <summary>Which capability names which; a platform that names one points the wrong way.</summary>
    public static IEnumerable<(string From, string To)> Dependencies(SourceFile file, IReadOnlySet<string> capabilities)
    {
        var from = file.Capability ?? (file.Path.StartsWith("src/Clinic/Platform/", StringComparison.Ordinal)
            ? "Platform" : null);
        if (from is null)
        {
            return [];
        }

        var names = file.Nodes<UsingDirectiveSyntax>().Select(u => u.Name?.ToString().Split('.') ?? [])
            .Where(n => n is ["Clinic", _, ..]).Select(n => n[1])
            .Concat(file.Nodes<QualifiedNameSyntax>().Select(q => Leftmost(q.ToString())))
            .Concat(file.Nodes<MemberAccessExpressionSyntax>().Select(m => Leftmost(m.ToString())));
        return names.Where(n => capabilities.Contains(n) && n != from).Distinct().Select(n => (from, n));
    }

    private static string Leftmost(string name) =>
        (name.StartsWith("Clinic.", StringComparison.Ordinal) ? name["Clinic.".Length..] : name).Split('.')[0];

    private static bool IsSlice(SourceFile file) =>
        file.Capability is not null && file.Nodes<MethodDeclarationSyntax>()
            .Any(m => m.Identifier.Text.StartsWith("Handle", StringComparison.Ordinal));

    // Put together, so that this file does not find itself.
    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b")]
    private static partial Regex Mark();
}
