using System.Diagnostics;
using System.Text.Json.Nodes;
using Clinic.InfraTests.Checkers;

namespace Clinic.InfraTests.Advisories;

/// <summary>What npm says of the packages that are installed in a folder.</summary>
/// <param name="Answered">Whether the registry tells advisories at all; many mirrors do not.</param>
/// <param name="Findings">Advisories of severity high and critical, by package.</param>
internal sealed record NpmAudit(bool Answered, IReadOnlyList<Finding> Findings)
{
    private const string NotServed = "audit endpoint returned an error";

    /// <param name="registry">Null: the machine's own.</param>
    /// <param name="cache">Null: the machine's own; npm keeps there what it was told of an advisory, planted ones too.</param>
    public static async Task<NpmAudit> OfAsync(string folder, string? registry = null, string? cache = null)
    {
        List<string> arguments = ["audit", "--json", "--fetch-retries=0", "--fetch-timeout=10000"];
        if (!File.Exists(Path.Combine(folder, "package-lock.json"))) { arguments.Add("--no-package-lock"); }
        if (registry is not null) { arguments.Add($"--registry={registry}/"); }
        if (cache is not null) { arguments.Add($"--cache={cache}"); }
        var start = new ProcessStartInfo("npm", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        return (JsonNode.Parse(await output), await errors) switch
        {
            ({ } report, _) when report["auditReportVersion"] is not null => new NpmAudit(true, [.. Read(report)]),
            (_, var text) when text.Contains(NotServed, StringComparison.Ordinal) => new NpmAudit(false, []),
            (_, var text) => throw new InvalidOperationException($"npm audit ended with {npm.ExitCode}: {text}"),
        };
    }

    private static IEnumerable<Finding> Read(JsonNode report) =>
        from package in report["vulnerabilities"]!.AsObject()
        from advisory in package.Value!["via"]!.AsArray().OfType<JsonObject>()
        where advisory["severity"]!.ToString() is "high" or "critical"
        select new Finding("npm", advisory["url"]!.ToString(), package.Key, advisory["title"]!.ToString());
}
