using System.IO.Enumeration;
using Clinic.InfraTests.Reading;

namespace Clinic.InfraTests.Checkers;

/// <summary>What a rule of a checker has against a resource, by its logical id in the template of a stack.</summary>
internal sealed record Finding(string Stack, string Rule, string Resource, string Info);

/// <summary>A row of docs/security/findings.md: why a finding is right as it is.</summary>
/// <param name="Rule">Id of the rule; * is anything.</param>
/// <param name="Resource">One logical id; * is anything.</param>
internal sealed record Acknowledgement(string Tool, string Rule, string Resource, string Reason)
{
    public bool Covers(Finding finding) => Matches(Rule, finding.Rule) && Matches(Resource, finding.Resource);

    private static bool Matches(string pattern, string value) =>
        FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false);
}

internal static class Findings
{
    /// <summary>The stages that differ: staging is prod in another account.</summary>
    private static readonly string[] StagesChecked = ["dev", "prod"];

    /// <summary>The checker's word on every stack of the stages, and on the stacks with planted faults.</summary>
    public static async Task<IReadOnlyList<Finding>> OfAsync(string script, IEnumerable<PlantedFault> faults)
    {
        var templates = StagesChecked
            .SelectMany(stage => Synthesis.Stage(stage).Stacks)
            .Select(stack => new { Stack = stack.Name, stack.Template })
            .Concat(faults.Select(fault => new { Stack = fault.Name, fault.Plant().Template }));
        return await NodeChecker.RunAsync<List<Finding>>(script, templates);
    }

    public static IEnumerable<string> Unacknowledged(IEnumerable<Finding> findings, IReadOnlyList<Acknowledgement> known) =>
        findings.Where(finding => !known.Any(row => row.Covers(finding)))
            .Select(finding => $"{finding.Stack} {finding.Resource}: {finding.Rule} {finding.Info}");

    /// <summary>What is acknowledged and no longer found would hide the day it comes back.</summary>
    public static IEnumerable<string> Stale(IReadOnlyList<Finding> findings, IEnumerable<Acknowledgement> known) =>
        known.Where(row => !findings.Any(row.Covers)).Select(row => $"{row.Tool} {row.Rule} {row.Resource}");
}
