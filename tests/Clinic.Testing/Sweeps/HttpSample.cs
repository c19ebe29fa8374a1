using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Clinic.Testing.Sweeps;

/// <summary>Where a variable's value comes from: a field of another operation's answer, after a third was called.</summary>
/// <param name="As">The code of the role that makes it, with all that it needs; null for whoever may.</param>
public sealed record Maker(string Operation, string Field, string? After, string? As)
{
    /// <summary>The field of an answer; null while it is not there.</summary>
    public string? Of(Answered answer)
    {
        JsonNode? at = answer.Json;
        foreach (var step in Field.Split('.'))
        {
            at = at switch
            {
                JsonArray array when int.TryParse(step, out var index) => index < array.Count ? array[index] : null,
                JsonObject members => members[step],
                _ => null,
            };
        }

        return at?.ToString();
    }
}

/// <summary>A request file of events/http, as written; events/README.md tells the format.</summary>
public sealed partial record HttpSample(
    string Name, string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers, string? Body,
    IReadOnlyDictionary<string, Maker> Made)
{
    public bool NamesSomething => Variable().IsMatch(Path.Replace("{{host}}", "", StringComparison.Ordinal));

    /// <summary>After it its clinic answers nothing: whoever sends more than this one sends it in a clinic of its own.</summary>
    public bool EndsItsClinic => Name == "FreezeOwnClinic";

    /// <summary>
    /// Makes what a clinic has at most 50 of, or one at a time: whoever sends many sends each in a clinic of its own.
    /// </summary>
    public bool FillsItsClinic => Name is "AddLocation" or "ChangeLocation" or "InviteStaff" or "StartExport";

    /// <summary>Samples of open routes bring none.</summary>
    public bool BringsSession => Headers.Any(h => h.Name == "Cookie");

    public static HttpSample Parse(string name, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var made = lines.Select(l => MadeBy().Match(l)).Where(m => m.Success).ToDictionary(
            m => m.Groups["variable"].Value,
            m => new Maker(m.Groups["operation"].Value, m.Groups["field"].Value,
                Given(m.Groups["after"]), Given(m.Groups["role"])));
        var rest = lines.SkipWhile(l => l.Length == 0 || l[0] == '#').ToList();
        var line = rest.Count == 0 ? null : RequestLine().Match(rest[0]);
        if (line is not { Success: true })
        {
            throw new FormatException($"events/http/{name}.http has no request line.");
        }

        var headers = rest.Skip(1).TakeWhile(l => l.Trim().Length > 0).Select(l => l.Split(':', 2))
            .Select(h => h.Length == 2
                ? (h[0].Trim(), h[1].Trim()) : throw new FormatException($"events/http/{name}.http: '{h[0]}' is no header."))
            .ToList();
        var body = string.Join('\n', rest.Skip(1).SkipWhile(l => l.Trim().Length > 0)).Trim();
        return new HttpSample(name, line.Groups["method"].Value, line.Groups["path"].Value, headers,
            body.Length == 0 ? null : body, made);
    }

    /// <summary>The names of the variables in a text.</summary>
    public static IEnumerable<string> Variables(string text) => Variable().Matches(text).Select(m => m.Groups["name"].Value)
        .Distinct();

    public static string Fill(string text, Func<string, string> value) =>
        Variable().Replace(text, m => value(m.Groups["name"].Value));

    private static string? Given(Group group) => group.Success ? group.Value : null;

    [GeneratedRegex(@"\{\{(?<name>\w+)\}\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^# \{\{(?<variable>\w+)\}\} = (?<operation>\w+)\.(?<field>[\w.]+)"
        + @"( after (?<after>\w+))?( as (?<role>[\w-]+))?\s*$")]
    private static partial Regex MadeBy();

    [GeneratedRegex(@"^(?<method>[A-Z]+) (\{\{host\}\})?(?<path>/\S*)( HTTP/1\.1)?\s*$")]
    private static partial Regex RequestLine();
}

/// <summary>A sample with values in place of its variables.</summary>
public sealed record FilledSample(string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers, string? Body);

/// <summary>All samples by operation name.</summary>
public sealed class SampleShelf(IEnumerable<HttpSample> samples)
{
    private readonly Dictionary<string, HttpSample> byName = samples.ToDictionary(s => s.Name, StringComparer.Ordinal);

    public IEnumerable<string> Names => byName.Keys;

    public static SampleShelf OfRepository() => new(
        Directory.EnumerateFiles(Repository.Path("events", "http"), "*.http")
            .Select(f => HttpSample.Parse(Path.GetFileNameWithoutExtension(f), File.ReadAllText(f))));

    public HttpSample? Find(string operation) => byName.GetValueOrDefault(operation);

    public HttpSample Need(string operation) =>
        Find(operation) ?? throw new InvalidOperationException($"There is no events/http/{operation}.http.");

    public SampleShelf And(IEnumerable<HttpSample> more) => new(byName.Values.Concat(more));
}
