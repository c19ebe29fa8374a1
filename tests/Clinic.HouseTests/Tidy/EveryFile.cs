using Clinic.HouseTests.Tidy;
using Clinic.Testing;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>The rules of the house over every file. Lists of exceptions live in snapshots/ and may only shrink.</summary>
public sealed class EveryFile
{
    private static readonly IReadOnlyList<SourceFile> Files = [.. SourceFile.All()];

    [Fact]
    public void Has_at_most_300_lines_and_a_slice_150() => Nothing(TidyRules.LongFiles);

    [Fact]
    public void Has_methods_of_at_most_60_lines() => Nothing(TidyRules.LongMethods);

    [Fact]
    public void Has_lines_of_at_most_130_characters() => Nothing(TidyRules.LongLines);

    [Fact]
    public void Has_no_mark_of_unfinished_work() => Nothing(TidyRules.Marks);

    [Fact]
    public void Has_no_region() => Nothing(TidyRules.Regions);

    [Fact]
    public void Catches_every_exception_only_where_a_reason_is_given()
    {
        var allowed = Repository.Read("tests", "Clinic.HouseTests", "snapshots", "catch-all.txt").Split('\n')
            .Where(l => l.Length > 0).Select(l => l.Split(" | ")).ToDictionary(l => l[0], l => l[1]);
        var found = Files.Where(f => TidyRules.CatchAlls(f).Any()).Select(f => f.Path).ToList();
        Assert.Empty(Files.Where(f => !allowed.ContainsKey(f.Path)).SelectMany(TidyRules.CatchAlls));
        Assert.Empty(allowed.Keys.Except(found)
            .Select(f => $"{f} catches no more than it should: take it off snapshots/catch-all.txt"));
    }

    [Fact]
    public void Calls_nothing_that_is_banned() => Nothing(TidyRules.BannedCalls);

    [Fact]
    public void Makes_AWS_clients_in_one_place() => Nothing(TidyRules.AwsClients);

    [Fact]
    public void Skips_no_test() => Nothing(TidyRules.SkippedTests);

    [Fact]
    public void Calls_no_handler_from_a_handler() => Nothing(TidyRules.HandlersCalled);

    [Fact]
    public void Uses_only_the_capabilities_that_the_snapshot_lists()
    {
        var capabilities = Files.Select(f => f.Capability).OfType<string>().ToHashSet();
        var arrows = Files.SelectMany(f => TidyRules.Dependencies(f, capabilities)).Distinct().ToList();
        Assert.DoesNotContain(arrows, a => a.From == "Platform");
        Snapshot.Matches("dependencies.txt", Snapshot.Lines(arrows.Select(a => $"{a.From} -> {a.To}")
            .Order(StringComparer.Ordinal)));
    }

    private static void Nothing(Func<SourceFile, IEnumerable<string>> rule)
    {
        var findings = Files.SelectMany(rule).ToList();
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }
}
