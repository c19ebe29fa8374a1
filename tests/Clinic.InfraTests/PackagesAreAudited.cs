using Clinic.InfraTests.Advisories;
using Clinic.InfraTests.Checkers;
using Clinic.Local;
using Xunit.Abstractions;

namespace Clinic.InfraTests;

/// <summary>A package with a known weakness does not get into the build (OPS-5).</summary>
public class PackagesAreAudited(ITestOutputHelper output)
{
    [Fact]
    [Trait("Promise", "OPS-5")]
    public async Task An_advisory_against_a_package_fails_the_restore_and_its_end_lets_it_pass()
    {
        await using var feed = await AdvisoryFeed.StartAsync();
        using var project = new ThrowAwayProject(feed.Url);

        // The worst against what is asked for, the least against what only comes along.
        feed.Severities = new Dictionary<string, int> { [AdvisoryFeed.Direct] = 3, [AdvisoryFeed.Deep] = 0 };
        var (exitCode, text) = await project.RestoreAsync();
        Assert.NotEqual(0, exitCode);
        Assert.Contains("error NU1904", text, StringComparison.Ordinal);
        Assert.Contains("error NU1901", text, StringComparison.Ordinal);

        feed.Severities = new Dictionary<string, int>();
        (exitCode, text) = await project.RestoreAsync();
        Assert.True(exitCode == 0, text);
        Assert.DoesNotContain("NU19", text, StringComparison.Ordinal);
    }

    /// <summary>No change of the code could mend it, so it is said and does not stop the work.</summary>
    [Fact]
    public async Task Advisories_that_cannot_be_read_only_warn()
    {
        await using var feed = await AdvisoryFeed.StartAsync();
        using var project = new ThrowAwayProject(feed.Url);
        feed.Severities = null;
        var (exitCode, text) = await project.RestoreAsync();
        Assert.True(exitCode == 0, text);
        Assert.Contains("warning NU1900", text, StringComparison.Ordinal);
    }

    /// <summary>
    /// Checkers and stand-ins, as installed. Where the registry tells no advisories, as mirrors often do not, nothing is known
    /// and nothing claimed: the output says so.
    /// </summary>
    [Fact]
    [Trait("Promise", "OPS-5")]
    public async Task Npm_packages_have_no_grave_advisory_that_is_not_acknowledged()
    {
        var standIns = await Packages.InstallAsync(PackageCache.DefaultFolder, output.WriteLine, CancellationToken.None);
        NpmAudit[] audits = [await NpmAudit.OfAsync(await NodeChecker.FolderAsync()), await NpmAudit.OfAsync(standIns.Folder)];
        output.WriteLine(audits.All(audit => audit.Answered) ? "Audited." : "The registry tells no advisories: not audited.");

        var known = AcknowledgedFindings.Of(Tools.Npm);
        Finding[] found = [.. audits.SelectMany(audit => audit.Findings)];
        Assert.Empty(Findings.Unacknowledged(found, known));
        Assert.True(!audits.All(audit => audit.Answered) || !Findings.Stale(found, known).Any(), "stale acknowledgements");
    }

    [Fact]
    public async Task A_grave_advisory_of_npm_is_noticed_and_a_slight_one_is_not()
    {
        await using var feed = await AdvisoryFeed.StartAsync();
        feed.NpmAdvisories = new Dictionary<string, object[]>
        {
            ["cdk-nag"] = [Advisory("https://advisories.example/1", "high")],
            ["@cloud-copilot/iam-simulate"] = [Advisory("https://advisories.example/2", "low")],
        };
        var cache = Directory.CreateTempSubdirectory("clinic-npm-");
        try
        {
            var audit = await NpmAudit.OfAsync(await NodeChecker.FolderAsync(), feed.Url, cache.FullName);
            var finding = Assert.Single(audit.Findings);
            Assert.Equal(("cdk-nag", "https://advisories.example/1"), (finding.Resource, finding.Rule));

            feed.NpmAdvisories = null;
            Assert.False((await NpmAudit.OfAsync(await NodeChecker.FolderAsync(), feed.Url, cache.FullName)).Answered);
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    private static object Advisory(string url, string severity) => new
    {
        id = 1,
        url,
        title = "planted",
        severity,
        vulnerable_versions = "<99.0.0",
        cwe = Array.Empty<string>(),
        cvss = new { score = 5 },
    };
}
